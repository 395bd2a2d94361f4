package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.decode.ContinuationTree.Cell;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is computed is written {@code computed>asked}; {@code p} stands for the prompt's end. */
class ContinuationTreeTest {
  @Test
  void whatSeveralBeginWithIsComputedOnceAndLastTokensAreNotComputed() {
    List<List<Float>> found = new ArrayList<>();

    assertThat(walk(ContinuationTreeTest::alike, found, "df", "abc", "abe", "dfg"))
        .containsExactly("p>ad", "a>b", "b>ce", "d>f", "f>g");
    assertThat(found)
        .containsExactly(
            List.of(value("d"), value("df")),
            List.of(value("a"), value("ab"), value("abc")),
            List.of(value("a"), value("ab"), value("abe")),
            List.of(value("d"), value("df"), value("dfg")));
  }

  @Test
  void labelsOfOneTokenNeedNothingButThePrompt() {
    assertThat(walk(ContinuationTreeTest::alike, new ArrayList<>(), "c", "a", "b"))
        .containsExactly("p>abc");
  }

  @Test
  void theSameContinuationIsComputedOnce() {
    List<List<Float>> found = new ArrayList<>();

    assertThat(walk(ContinuationTreeTest::alike, found, "ab", "ab", "ab"))
        .containsExactly("p>a", "a>b");
    assertThat(found).containsOnly(List.of(value("a"), value("ab"))).hasSize(3);
  }

  @Test
  void oneThatGoesOnAfterAnotherComputesTheLastTokenOfThat() {
    assertThat(walk(ContinuationTreeTest::alike, new ArrayList<>(), "a", "abc", "abd", "ab"))
        .containsExactly("p>a", "a>b", "b>cd");
  }

  @Test
  void continuationsOfOtherLengthClassesShareNothing() {
    List<List<Float>> found = new ArrayList<>();

    assertThat(walk(tokens -> tokens > 2 ? 1 : 0, found, "abc", "ab", "ad", "abe"))
        .containsExactly("p>a", "a>bd", "p>a", "a>b", "b>ce");
    assertThat(found).hasSize(4).noneMatch(List::isEmpty);
  }

  /** Random trees of few letters, in which every node must be asked for exactly once. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyTokenOfEveryContinuationIsAskedForOnce(long seed) {
    Random random = new Random(seed);
    String[] continuations =
        random
            .ints(12, 1, 6)
            .mapToObj(
                length ->
                    random
                        .ints(length, 'a', 'd')
                        .mapToObj(letter -> String.valueOf((char) letter))
                        .reduce("", String::concat))
            .toArray(String[]::new);
    List<List<Float>> found = new ArrayList<>();
    List<String> steps = walk(ContinuationTreeTest::alike, found, continuations);

    long nodes =
        List.of(continuations).stream()
            .flatMap(c -> IntStream.rangeClosed(1, c.length()).mapToObj(n -> c.substring(0, n)))
            .distinct()
            .count();
    assertThat(steps.stream().mapToInt(step -> step.length() - 2).sum()).isEqualTo((int) nodes);
    for (int i = 0; i < continuations.length; i++) {
      for (int n = 1; n <= continuations[i].length(); n++) {
        assertThat(found.get(i).get(n - 1)).isEqualTo(value(continuations[i].substring(0, n)));
      }
    }
  }

  /** Walks the tree to its end; the log-probability of a token tells it and all before it. */
  private static List<String> walk(
      IntUnaryOperator lengthClass, List<List<Float>> found, String... continuations) {
    ContinuationTree tree =
        new ContinuationTree(
            List.of(continuations).stream().map(c -> TokenIds.of(c.chars().toArray())).toList(),
            lengthClass);
    List<String> steps = new ArrayList<>();
    boolean more = true;
    while (more) {
      String path = text(tree.path());
      for (int tokens = tree.keepsPrompt() ? tree.kept() + 1 : 0;
          tokens <= path.length();
          tokens++) {
        String before = path.substring(0, tokens);
        List<Cell> cells = new ArrayList<>();
        tree.addCells(tokens, cells);
        StringBuilder asked = new StringBuilder();
        for (Cell cell : cells) {
          asked.append((char) cell.id());
          tree.put(cell, value(before + (char) cell.id()));
        }
        steps.add((tokens == 0 ? "p" : path.substring(tokens - 1, tokens)) + ">" + asked);
      }
      more = tree.next();
    }
    found.addAll(tree.found());
    return steps;
  }

  /** Lengths of one class only. */
  private static int alike(int tokens) {
    return 0;
  }

  private static float value(String text) {
    return -text.hashCode();
  }

  private static String text(TokenIds ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids.toArray()) {
      text.append((char) id);
    }
    return text.toString();
  }
}
