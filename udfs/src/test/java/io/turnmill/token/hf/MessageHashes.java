package io.turnmill.token.hf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.testing.Goldens;
import io.turnmill.token.TokenIds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Hashes of the ids of all messages of whole archives, one a line, as {@code hash_messages.py}
 * writes them with the Python library; the two files must be the same. Kept to be run by hand,
 * because the archives are not part of the project:
 *
 * <pre>
 *   java -cp ... io.turnmill.token.hf.MessageHashes tokenizer.json out.gz messages.jsonl.gz...
 * </pre>
 */
final class MessageHashes {
  private MessageHashes() {}

  public static void main(String[] args) throws IOException {
    ObjectMapper json = new ObjectMapper();
    long messages = 0;
    long tokens = 0;
    try (HuggingFaceFileTokenizer tokenizer = HuggingFaceFileTokenizer.load(Path.of(args[0]));
        HuggingFaceTextTokenizer texts = HuggingFaceTextTokenizer.load(Path.of(args[0]), 1 << 20);
        PrintStream out =
            new PrintStream(
                new GZIPOutputStream(Files.newOutputStream(Path.of(args[1]))),
                false,
                StandardCharsets.UTF_8)) {
      for (String file : Arrays.asList(args).subList(2, args.length)) {
        try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(Path.of(file))),
                    StandardCharsets.UTF_8))) {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode message = json.readTree(line);
            String text = message.get("content").asText();
            TokenIds plain = tokenizer.encode(text);
            TokenIds full = texts.encode(text, Optional.empty()).ids();
            out.printf(Locale.ROOT, "%d %s %s%n", plain.size(), digest(plain), digest(full));
            messages++;
            tokens += plain.size();
          }
        }
      }
    }
    System.out.println(messages + " messages, " + tokens + " tokens");
  }

  static String digest(TokenIds ids) {
    return Goldens.sha256(
        Arrays.stream(ids.toArray()).mapToObj(Integer::toString).collect(Collectors.joining(",")));
  }
}
