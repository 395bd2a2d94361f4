package io.turnmill.model;

import java.util.Arrays;
import java.util.Optional;

/** The encoder families, and what tells them apart in names. */
enum EncoderFamily {
  BERT("bert", "Bert", "bert."),
  ROBERTA("roberta", "Roberta", "roberta."),
  XLM_ROBERTA("xlm-roberta", "XLMRoberta", "roberta."),
  DISTILBERT("distilbert", "DistilBert", "distilbert."),
  MODERNBERT("modernbert", "ModernBert", "model.");

  private final String modelType;
  private final String className;
  private final String prefix;

  EncoderFamily(String modelType, String className, String prefix) {
    this.modelType = modelType;
    this.className = className;
    this.prefix = prefix;
  }

  static Optional<EncoderFamily> of(String modelType) {
    return Arrays.stream(values()).filter(family -> family.modelType.equals(modelType)).findFirst();
  }

  String modelType() {
    return modelType;
  }

  String classifier() {
    return className + "ForSequenceClassification";
  }

  /** Whether the states of a model saved as this class are an encoder's: heads may be left away. */
  boolean hasStates(String architecture) {
    return architecture.equals(className + "Model")
        || architecture.equals(className + "ForMaskedLM")
        || architecture.equals(className + "ForPreTraining");
  }

  /** What stands before the encoder's own names when a head is saved beside it. */
  String prefix() {
    return prefix;
  }

  /** Whether positions count from the id after that of the padding token. */
  boolean positionsFromPad() {
    return this == ROBERTA || this == XLM_ROBERTA;
  }
}
