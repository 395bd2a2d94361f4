package io.turnmill.clean;

import java.text.Normalizer;

/** The Unicode normalisation of texts. */
public enum UnicodeForm {
  /** Texts stay as they are. */
  NONE,
  /** Letters with marks are composed, so that one that is written in two ways is the same. */
  NFC,
  /** As NFC, and compatible forms become the usual ones: full-width letters, ligatures, ①. */
  NFKC;

  String normalized(String text) {
    return switch (this) {
      case NONE -> text;
      case NFC -> Normalizer.normalize(text, Normalizer.Form.NFC);
      case NFKC -> Normalizer.normalize(text, Normalizer.Form.NFKC);
    };
  }
}
