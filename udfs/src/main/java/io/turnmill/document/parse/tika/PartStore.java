package io.turnmill.document.parse.tika;

import io.turnmill.document.parse.ParseRefusal;
import io.turnmill.document.parse.ParseReply;
import io.turnmill.document.parse.ParseReply.DocumentPart;
import io.turnmill.document.parse.ParseReply.PartContent;
import io.turnmill.document.parse.ParseReply.PartFile;
import io.turnmill.document.parse.ParseReply.RefusedPart;
import io.turnmill.document.parse.ParseRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Unpacks the documents within a file, within the limits. No name of one becomes a path. */
final class PartStore {
  private static final int MAX_NAME_CHARS = 500;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private final ParseRequest request;
  private final String mark;
  private final long maxBytes;
  private final List<DocumentPart> parts = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private long bytes;

  /**
   * A store.
   *
   * @param mark what stands between the id of the file and the name of a part
   * @param maxBytes most bytes of all parts, where that is less than what the request allows
   */
  PartStore(ParseRequest request, String mark, long maxBytes) {
    this.request = request;
    this.mark = mark;
    this.maxBytes = Math.min(maxBytes, request.maxUnpackedBytes());
  }

  void add(String path, InputStream in) throws IOException, RefusedException {
    Path file = request.parts().resolve(Integer.toString(parts.size()));
    long partBytes = copy(in, file);
    if (partBytes > request.maxPartBytes()) {
      Files.delete(file);
      refuse(
          path,
          ParseRefusal.FILE_TOO_LARGE,
          "It has more than " + request.maxPartBytes() + " bytes.");
    } else {
      add(path, new PartFile(file));
    }
  }

  void refuse(String path, ParseRefusal code, String detail) throws RefusedException {
    add(path, new RefusedPart(new ParseReply.RefusalReply(code, detail)));
  }

  List<DocumentPart> parts() {
    return parts;
  }

  private void add(String path, PartContent content) throws RefusedException {
    if (parts.size() >= request.maxParts()) {
      throw new RefusedException(
          ParseRefusal.ARCHIVE_BOMB, "It holds more than " + request.maxParts() + " files.");
    }
    String unique = unique(clean(path));
    parts.add(
        new DocumentPart(mark + unique, unique.substring(unique.lastIndexOf('/') + 1), content));
  }

  private long copy(InputStream in, Path file) throws IOException, RefusedException {
    long partBytes = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer);
          n >= 0 && partBytes <= request.maxPartBytes();
          n = in.read(buffer)) {
        out.write(buffer, 0, n);
        partBytes += n;
        bytes += n;
        if (bytes > maxBytes) {
          throw new RefusedException(
              ParseRefusal.ARCHIVE_BOMB, "Unpacked it has more than " + maxBytes + " bytes.");
        }
      }
    }
    return partBytes;
  }

  private static String clean(String path) {
    String clean = CONTROL.matcher(path.replace('\\', '/')).replaceAll("_");
    return clean.length() <= MAX_NAME_CHARS
        ? clean
        : clean.substring(clean.length() - MAX_NAME_CHARS);
  }

  /** Two files of one name: the second one is {@code a (2).pdf}. */
  private String unique(String path) {
    String unique = path;
    int dot = path.indexOf('.', path.lastIndexOf('/') + 1);
    for (int i = 2; !names.add(unique); i++) {
      unique =
          dot < 0
              ? path + " (" + i + ")"
              : path.substring(0, dot) + " (" + i + ")" + path.substring(dot);
    }
    return unique;
  }
}
