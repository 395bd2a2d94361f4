package io.turnmill.chunk;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts one document, from its beginning to its end, as {@link Chunker} says. Tokens are estimated
 * to find a chunk's end, and counted to confirm it.
 */
final class DocumentCutter {
  private static final byte[] GOOD_BEGINNINGS = {
    CutPlaces.TURN, CutPlaces.SENTENCE, CutPlaces.WORD
  };

  /** Words are told apart in sentences of more {@code char}s than this share of the tokens. */
  private static final int LONG_SENTENCE = 8;

  private static final int SHORTEST_PIECE = 16;

  /** What is left in chunks, when it is shared between the last two. */
  private static final double FEW = 1.5;

  /** The most that the first of the last two takes, as a share of what is left. */
  private static final double LARGER_HALF = 0.6;

  /** How many tokens more than the estimate are tried, lest a sentence's last one is left out. */
  private static final int OPTIMISM = 1;

  private final ChunkMaker maker;
  private final ChunkSettings settings;
  private final String text;
  private final CutPlaces places;
  private final TokenMeter meter;

  /** Turns, tables and rows of tables: the greater before the smaller. */
  private final List<KeptParts> kept;

  private final KeptParts rows;

  DocumentCutter(ChunkMaker maker, TokenCounter counter, DocumentText document) {
    this.maker = maker;
    settings = maker.settings();
    text = document.text();
    places = CutPlaces.of(document, settings.maxTokens() / LONG_SENTENCE);
    int pieceChars = Math.max(SHORTEST_PIECE, settings.maxChars() / 128);
    meter = TokenMeter.of(text, places, counter, pieceChars);
    rows = new KeptParts(places.rows(), maker::fits);
    kept =
        List.of(
            new KeptParts(turns(document.turns()), maker::fits),
            new KeptParts(places.tables(), maker::fits),
            rows);
  }

  List<Chunk> chunks() {
    List<Chunk> chunks = new ArrayList<>();
    int from = 0;
    int start = 0;
    while (start < text.length()) {
      Chunk chunk = chunk(chunks.size(), from, start);
      chunks.add(chunk);
      start = chunk.span().to();
      from = start < text.length() ? overlapFrom(chunk.span().from(), start) : start;
    }
    return List.copyOf(chunks);
  }

  /**
   * The chunk whose new text begins at {@code start}.
   *
   * @param from where the text begins that it repeats
   */
  private Chunk chunk(int number, int from, int start) {
    int most = maker.most(start);
    Optional<Span> whole = beginningAt(start);
    int least = whole.isPresent() ? whole.get().to() : leastEnd(start, most);
    byte split = places.at(least) < CutPlaces.GRAPHEME ? CutPlaces.CODE_POINT : CutPlaces.GRAPHEME;
    int bound = bound(from, most);
    if (split == CutPlaces.CODE_POINT) {
      bound = places.next(start, CutPlaces.GRAPHEME, Math.max(bound, least));
    }
    while (true) {
      int to = bound <= least ? least : end(start, least, bound, split);
      boolean tooLong = to - from > settings.maxChars();
      int tokens = tooLong ? Integer.MAX_VALUE : maker.count(from, to);
      if (tokens > most && to == least && from < start) {
        return chunk(number, start, start);
      }
      if (tokens <= most || to == least) {
        return maker.chunk(number, new Span(from, to), start - from, tokens);
      }
      bound = Math.min(to - 1, from + (int) ((long) (to - from) * most / tokens));
    }
  }

  /** The least that a chunk from {@code start} on takes: one character, or a part of it. */
  private int leastEnd(int start, int most) {
    int longest = Math.min(start + settings.maxChars(), text.length());
    int grapheme = places.next(start, CutPlaces.GRAPHEME, longest);
    return isCharacter(grapheme) && maker.count(start, grapheme) <= most
        ? grapheme
        : places.next(start, CutPlaces.CODE_POINT);
  }

  /** The last place to which a chunk may reach, by the estimate and a little more. */
  private int bound(int from, int most) {
    double before = meter.before(from);
    double rest = meter.before(text.length()) - before;
    int longest = Math.min(text.length() - from, settings.maxChars());
    if (rest <= most) {
      return from + longest;
    }
    boolean two = rest <= FEW * most && longest == text.length() - from;
    double tokens = two ? LARGER_HALF * rest : most + OPTIMISM;
    return Math.min(from + longest, meter.place(before + tokens));
  }

  /** The best place for the end of a chunk, which may be at {@code bound} at the latest. */
  private int end(int start, int least, int bound, byte split) {
    if (bound == text.length()) {
      return bound;
    }
    int last = beforeKept(bound);
    int best = least;
    int half = meter.place((meter.before(start) + meter.before(last)) / 2);
    byte strength = (byte) (split - 1);
    for (int place = last; place > least && (place >= half || best == least); place--) {
      if (places.at(place) > strength && beforeKept(place) == place) {
        best = place;
        strength = places.at(place);
      }
    }
    return best;
  }

  /** The beginning of what would be cut at a place, or the place if nothing would be. */
  private int beforeKept(int place) {
    for (KeptParts parts : kept) {
      Optional<Span> part = parts.cutAt(place);
      if (part.isPresent()) {
        return part.get().from();
      }
    }
    return place;
  }

  private Optional<Span> beginningAt(int place) {
    return kept.stream().flatMap(parts -> parts.beginningAt(place).stream()).findFirst();
  }

  /**
   * Where the text begins that the chunk from {@code start} on repeats.
   *
   * @param previous where the chunk before it begins
   */
  private int overlapFrom(int previous, int start) {
    double tokens = settings.overlap() * settings.maxTokens();
    Optional<Span> whole = beginningAt(start);
    if (whole.isPresent()) {
      tokens = Math.min(tokens, maker.most(start) - maker.count(start, whole.get().to()));
    }
    if (tokens < 1 || maker.outline().beginsSection(start)) {
      return start;
    }
    int first = Math.max(previous + 1, start - settings.maxChars() / 2);
    first = Math.max(first, maker.outline().sectionBefore(start));
    first = Math.max(first, meter.place(meter.before(start) - tokens) + 1);
    int last = Blank.before(text, Math.min(first, start), start);
    for (byte good : GOOD_BEGINNINGS) {
      for (int place = first; place < last; place++) {
        if (places.at(place) >= good && rows.cutAt(place).isEmpty()) {
          return place;
        }
      }
    }
    return start;
  }

  private List<Span> turns(List<Integer> turns) {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      int from = turns.get(i);
      int to = i + 1 < turns.size() ? turns.get(i + 1) : text.length();
      if (from < to && to <= text.length() && isCharacter(from) && isCharacter(to)) {
        spans.add(new Span(from, to));
      }
    }
    return spans;
  }

  private boolean isCharacter(int place) {
    return places.at(place) >= CutPlaces.GRAPHEME;
  }
}
