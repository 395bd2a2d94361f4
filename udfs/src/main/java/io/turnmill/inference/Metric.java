package io.turnmill.inference;

/** What is measured of backends. Metrics of several backends add up. */
public enum Metric {
  ENGINES("engines", Kind.COUNT),
  /** Forward passes that returned and had tokens of a prompt or of a text. */
  PREFILL_STEPS("prefill_steps", Kind.COUNT),
  /** Forward passes that returned and had none. */
  DECODE_STEPS("decode_steps", Kind.COUNT),
  /** Forward passes that were undone. */
  OUT_OF_MEMORY_STEPS("out_of_memory_steps", Kind.COUNT),
  /** Rows over all steps; divided by the steps it is the mean batch. */
  ROWS("rows", Kind.COUNT),
  /** Tokens of prompts and texts, those included that were not computed. */
  PROMPT_TOKENS("prompt_tokens", Kind.COUNT),
  /** Those of them that were not computed because a slot held them. */
  CACHED_TOKENS("cached_tokens", Kind.COUNT),
  /** Tokens drawn, stop tokens included. */
  GENERATED_TOKENS("generated_tokens", Kind.COUNT),
  /** Positions that attention had to read: over all steps and rows the length of the sequence. */
  ATTENDED_POSITIONS("attended_positions", Kind.COUNT),
  /** The same with the padding of rows to a common length. */
  PADDED_POSITIONS("padded_positions", Kind.COUNT),
  /** Tokens of texts with the padding of whole batches. */
  PADDED_TOKENS("padded_tokens", Kind.COUNT),
  /** Replies that were computed. */
  REPLIES("replies", Kind.COUNT),
  /** Those of them that ended by their length. */
  REPLIES_CUT_OFF("replies_cut_off", Kind.COUNT),
  /** Texts that have a vector. */
  VECTORS("vectors", Kind.COUNT),
  /** Those of them that were not computed because another text had the same row. */
  REPEATED_TEXTS("repeated_texts", Kind.COUNT),
  FAILURES("failures", Kind.COUNT),
  /** Requests taken out by the closing of their feed before they ended. */
  WITHDRAWN("withdrawn", Kind.COUNT),
  /** Time inside forward passes with tokens of prompts or texts, undone ones included. */
  PREFILL("prefill", Kind.NANOS),
  /** Time inside the others. */
  DECODE("decode", Kind.NANOS),
  /** Time spent planning, packing and applying. */
  HOST("host", Kind.NANOS),
  /** Time without work; the present one counts when it has ended. */
  IDLE("idle", Kind.NANOS),
  /** Sequences that may be under way at once; fewer once a long one was among them. */
  SLOTS("slots", Kind.NOW),
  SLOTS_IN_USE("slots_in_use", Kind.NOW),
  /** The most at any time. */
  SLOTS_IN_USE_PEAK("slots_in_use_peak", Kind.NOW),
  /** Requests of which nothing is computed. */
  WAITING_REQUESTS("waiting_requests", Kind.NOW),
  /** Feeds that are open. */
  FEEDS("feeds", Kind.NOW);

  private enum Kind {
    /** Only grows. */
    COUNT,
    /** A time that only grows, in nanoseconds. */
    NANOS,
    /** As it is at present. */
    NOW
  }

  private final String label;
  private final Kind kind;

  Metric(String label, Kind kind) {
    this.label = label;
    this.kind = kind;
  }

  /** Whether it only grows, so that what was added to it can be told. */
  public boolean grows() {
    return kind != Kind.NOW;
  }

  /** Its name with the unit in which it is counted. */
  public String countedName() {
    return kind == Kind.NANOS ? label + "_nanos" : label;
  }

  /** Its name with the unit of {@link #shown}. */
  public String shownName() {
    return kind == Kind.NANOS ? label + "_seconds" : label;
  }

  /** A number as it is shown: times in seconds. */
  public Number shown(long number) {
    return kind == Kind.NANOS ? (Number) (number / 1e9) : (Number) number;
  }
}
