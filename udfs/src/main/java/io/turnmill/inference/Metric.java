package io.turnmill.inference;

/** The metrics of a backend. Those of several backends add up. */
public enum Metric {
  ENGINES("engines", Kind.COUNT),
  /** Forward passes that returned and had tokens of a prompt, a continuation or a text. */
  PREFILL_STEPS("prefill_steps", Kind.COUNT),
  /** Forward passes that returned and had tokens of replies only. */
  DECODE_STEPS("decode_steps", Kind.COUNT),
  /** Forward passes that were undone because memory was too short. */
  OUT_OF_MEMORY_STEPS("out_of_memory_steps", Kind.COUNT),
  /** Rows of all steps; divided by the number of steps it is the mean batch size. */
  ROWS("rows", Kind.COUNT),
  /**
   * Tokens of prompts and texts, including those that were not computed; and the tokens of
   * continuations that were computed to be scored.
   */
  PROMPT_TOKENS("prompt_tokens", Kind.COUNT),
  /** The {@link #PROMPT_TOKENS} that were not computed because a slot held them. */
  CACHED_TOKENS("cached_tokens", Kind.COUNT),
  /** Tokens drawn, stop tokens included. */
  GENERATED_TOKENS("generated_tokens", Kind.COUNT),
  /** Positions that attention had to read: over all steps and rows the length of the sequence. */
  ATTENDED_POSITIONS("attended_positions", Kind.COUNT),
  /** {@link #ATTENDED_POSITIONS} with the padding of rows to a common length. */
  PADDED_POSITIONS("padded_positions", Kind.COUNT),
  /** Tokens of texts with the padding of whole batches. */
  PADDED_TOKENS("padded_tokens", Kind.COUNT),
  /** Replies that were computed. */
  REPLIES("replies", Kind.COUNT),
  /** The {@link #REPLIES} that ended by their length. */
  REPLIES_CUT_OFF("replies_cut_off", Kind.COUNT),
  /** Requests whose continuations were scored. */
  SCORES("scores", Kind.COUNT),
  /** The continuations of these {@link #SCORES}. */
  SCORED_CONTINUATIONS("scored_continuations", Kind.COUNT),
  /** Texts that have a vector. */
  VECTORS("vectors", Kind.COUNT),
  /** The {@link #VECTORS} that were not computed because another text had the same row. */
  REPEATED_TEXTS("repeated_texts", Kind.COUNT),
  FAILURES("failures", Kind.COUNT),
  /** Requests that were taken out before their end because their feed was closed. */
  WITHDRAWN("withdrawn", Kind.COUNT),
  /** Time inside forward passes that count as {@link #PREFILL_STEPS}, undone ones included. */
  PREFILL("prefill", Kind.NANOS),
  /** Time inside forward passes with tokens of replies only. */
  DECODE("decode", Kind.NANOS),
  /** Time spent planning, packing and applying. */
  HOST("host", Kind.NANOS),
  /** Time without work; a present idle time counts after it has ended. */
  IDLE("idle", Kind.NANOS),
  /** How many sequences may be under way at once; fewer after a long one was among them. */
  SLOTS("slots", Kind.NOW),
  SLOTS_IN_USE("slots_in_use", Kind.NOW),
  /** The most {@link #SLOTS_IN_USE} at any time. */
  SLOTS_IN_USE_PEAK("slots_in_use_peak", Kind.NOW),
  /** Requests of which nothing is computed yet. */
  WAITING_REQUESTS("waiting_requests", Kind.NOW),
  /** Feeds that are open. */
  FEEDS("feeds", Kind.NOW);

  private enum Kind {
    /** A number that only grows. */
    COUNT,
    /** A time that only grows, in nanoseconds. */
    NANOS,
    /** A number that tells the present state. */
    NOW
  }

  private final String label;
  private final Kind kind;

  Metric(String label, Kind kind) {
    this.label = label;
    this.kind = kind;
  }

  /**
   * Whether it only grows, so that the difference of two readings is what was done between them.
   */
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
