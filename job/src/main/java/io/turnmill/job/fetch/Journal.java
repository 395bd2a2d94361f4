package io.turnmill.job.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Which pieces are on the disk, and their CRC32C. A line is written when the bytes of its piece
 * have been forced to the disk, and ends with a checksum of itself: one that was torn by the end of
 * a process, or of the machine, is no line.
 *
 * <pre>
 *   pieces 67108864
 *   FILE INDEX CRC32C CRC32C-OF-THIS-LINE     numbers of file and piece, checksums in hex
 * </pre>
 */
final class Journal implements AutoCloseable {
  private static final Pattern LINE =
      Pattern.compile("((\\d{1,9}) (\\d{1,9}) ([0-9a-f]{8})) ([0-9a-f]{8})");

  private final FileChannel file;
  private final Map<Piece, Integer> checksums = new HashMap<>();

  private Journal(FileChannel file) {
    this.file = file;
  }

  /**
   * What a journal says of pieces; nothing where there is none, or one of pieces of another size.
   */
  static Map<Piece, Integer> read(Path path, List<Piece> pieces, int pieceBytes)
      throws IOException {
    Map<Piece, Integer> found = new HashMap<>();
    if (!Files.exists(path)) {
      return found;
    }
    Map<List<Integer>, Piece> byPlace = new HashMap<>();
    pieces.forEach(piece -> byPlace.put(List.of(piece.file(), piece.index()), piece));
    String text = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
    if (!text.startsWith(head(pieceBytes))) {
      return found;
    }
    for (String line : text.split("\n", -1)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches() && hex(crc(matcher.group(1))).equals(matcher.group(5))) {
        Piece piece =
            byPlace.get(
                List.of(Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3))));
        if (piece != null) {
          found.put(piece, Integer.parseUnsignedInt(matcher.group(4), 16));
        }
      }
    }
    return found;
  }

  /** A new journal, in place of any other, that begins with what is known already. */
  static Journal start(Path path, int pieceBytes, Map<Piece, Integer> known) throws IOException {
    FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    Journal journal = new Journal(file);
    StringBuilder text = new StringBuilder(head(pieceBytes));
    known.forEach((piece, checksum) -> text.append(line(piece, checksum)));
    journal.checksums.putAll(known);
    journal.write(text.toString());
    return journal;
  }

  /** Notes a piece that lies on the disk. */
  synchronized void add(Piece piece, int checksum) throws IOException {
    write(line(piece, checksum));
    checksums.put(piece, checksum);
  }

  synchronized Map<Piece, Integer> checksums() {
    return Map.copyOf(checksums);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void write(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
    file.force(false);
  }

  private static String head(int pieceBytes) {
    return "pieces " + pieceBytes + "\n";
  }

  private static String line(Piece piece, int checksum) {
    String body = piece.file() + " " + piece.index() + " " + hex(checksum);
    return body + " " + hex(crc(body)) + "\n";
  }

  private static int crc(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return (int) crc.getValue();
  }

  static String hex(int checksum) {
    return String.format(Locale.ROOT, "%08x", checksum);
  }
}
