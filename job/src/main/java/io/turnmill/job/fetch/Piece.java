package io.turnmill.job.fetch;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a file that is fetched and checked as one.
 *
 * @param file its place among the files of the source
 * @param index its place in the file
 * @param offset of its first byte in the file
 * @param bytes its length; less than that of the others for the last one of a file
 */
record Piece(int file, int index, long offset, int bytes) {

  /** All pieces of a source, file by file; an empty file has none. */
  static List<Piece> of(List<SourceFile> files, int pieceBytes) {
    List<Piece> pieces = new ArrayList<>();
    for (int file = 0; file < files.size(); file++) {
      long size = files.get(file).sizeBytes();
      for (long offset = 0; offset < size; offset += pieceBytes) {
        int bytes = (int) Math.min(pieceBytes, size - offset);
        pieces.add(new Piece(file, (int) (offset / pieceBytes), offset, bytes));
      }
    }
    return pieces;
  }
}
