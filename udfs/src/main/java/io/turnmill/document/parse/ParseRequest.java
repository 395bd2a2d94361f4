package io.turnmill.document.parse;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a process that parses is asked: one file, and how much may become of it.
 *
 * @param file the file
 * @param name its name
 * @param parts the folder for what is unpacked out of it
 * @param maxTextChars most {@code char}s of its text
 * @param maxPartBytes most bytes of a document within it
 * @param maxParts most documents within it
 * @param maxUnpackedBytes most bytes of all documents within it
 */
public record ParseRequest(
    Path file,
    String name,
    Path parts,
    int maxTextChars,
    long maxPartBytes,
    int maxParts,
    long maxUnpackedBytes) {

  void write(DataOutputStream out) throws IOException {
    Wire.write(out, file.toString());
    Wire.write(out, name);
    Wire.write(out, parts.toString());
    out.writeInt(maxTextChars);
    out.writeLong(maxPartBytes);
    out.writeInt(maxParts);
    out.writeLong(maxUnpackedBytes);
    out.flush();
  }

  /**
   * Reads the next request.
   *
   * @throws java.io.EOFException if there is none
   */
  public static ParseRequest read(DataInputStream in) throws IOException {
    return new ParseRequest(
        Path.of(Wire.read(in)),
        Wire.read(in),
        Path.of(Wire.read(in)),
        in.readInt(),
        in.readLong(),
        in.readInt(),
        in.readLong());
  }
}
