package io.turnmill.task.ask;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The words of an item's chunks, compared with those of a question by BM25 (Robertson and Zaragoza,
 * "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with the weight of a word that
 * Lucene uses, which is never negative:
 *
 * <pre>
 *   score(q, c) = sum over the different words w of q of
 *                 idf(w) * f(w, c) * (k1 + 1) / (f(w, c) + k1 * (1 - b + b * |c| / mean |c|))
 *   idf(w)      = ln(1 + (N - n(w) + 0.5) / (n(w) + 0.5))
 * </pre>
 *
 * where f(w, c) is how often the chunk has the word, |c| how many words it has, N how many chunks
 * the item has, and n(w) how many of them have the word.
 */
final class WordIndex {
  private static final double K1 = 1.2;
  private static final double B = 0.75;

  private final List<Map<String, Integer>> counts = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final Map<String, Integer> chunksWith = new HashMap<>();
  private final double meanLength;

  /**
   * @param texts the texts of the chunks, at least one
   */
  WordIndex(List<String> texts) {
    for (String text : texts) {
      Map<String, Integer> words = new HashMap<>();
      Words.of(text).forEach(word -> words.merge(word, 1, Integer::sum));
      words.keySet().forEach(word -> chunksWith.merge(word, 1, Integer::sum));
      counts.add(words);
      lengths.add(words.values().stream().mapToInt(Integer::intValue).sum());
    }
    meanLength = lengths.stream().mapToInt(Integer::intValue).average().orElseThrow();
  }

  /** The score of each chunk, in order; 0 for one that shares no word with the question. */
  List<RankedChunk> compared(String question) {
    LinkedHashSet<String> words = new LinkedHashSet<>(Words.of(question));
    List<RankedChunk> compared = new ArrayList<>();
    for (int place = 0; place < counts.size(); place++) {
      double score = 0;
      for (String word : words) {
        score += score(word, place);
      }
      compared.add(new RankedChunk(place, score));
    }
    return compared;
  }

  private double score(String word, int place) {
    int often = counts.get(place).getOrDefault(word, 0);
    if (often == 0) {
      return 0;
    }
    int with = chunksWith.get(word);
    double weight = Math.log1p((counts.size() - with + 0.5) / (with + 0.5));
    double length = 1 - B + B * lengths.get(place) / meanLength;
    return weight * often * (K1 + 1) / (often + K1 * length);
  }
}
