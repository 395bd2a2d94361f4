package io.turnmill.job.config;

import io.turnmill.job.config.SamplingConfig.Repetition;
import io.turnmill.task.TaskKind;
import java.util.ArrayList;
import java.util.List;

/** Settings of the task, of prompts and of replies that are wrong together. */
final class PromptContradictions {
  private PromptContradictions() {}

  static List<String> in(JobConfig config) {
    List<String> found = new ArrayList<>();
    PromptConfig prompt = config.prompt();
    TaskKind task = config.task().kind();
    boolean hasMessage = prompt.hasMessage();
    if (!prompt.message().isEmpty() && !prompt.messageFile().isEmpty()) {
      found.add(
          "prompt.message: prompt.message_file is set, too, and only one of them can be used");
    }
    if (prompt.continueFinalMessage() && task != TaskKind.REPLY) {
      found.add(
          "prompt.continue_final_message: only the task reply continues a message, and task.kind is "
              + task.wireName());
    }
    if (prompt.continueFinalMessage() && hasMessage) {
      found.add(
          "prompt.continue_final_message: a session of which prompt.message makes one message has"
              + " no final message that can be continued");
    }
    if (hasMessage && task == TaskKind.SCORE) {
      found.add(
          "prompt.message: task.kind = score tells how likely turns are after the archive's own"
              + " messages, and not after a text that a template makes of them");
    }
    if (hasMessage && hasOwnTemplates(task)) {
      found.add(
          "prompt.message: task.kind = "
              + task.wireName()
              + " has templates of its own, which are in "
              + task.wireName());
    }
    found.addAll(reasoning(config));
    if (task == TaskKind.ROLLOUT && config.sampling().n() > 1) {
      found.add(
          "sampling.n: with task.kind = rollout each turn goes on from one reply, so it must be 1,"
              + " but is "
              + config.sampling().n());
    }
    if (hasOwnTemplates(task) && config.sampling().n() > 1) {
      found.add(
          "sampling.n: with task.kind = "
              + task.wireName()
              + " each request has one answer, so it must be 1, but is "
              + config.sampling().n());
    }
    found.addAll(repetition(config.sampling().repetitionDetection()));
    return found;
  }

  /** Whether the settings of the task itself say how the model is asked. */
  private static boolean hasOwnTemplates(TaskKind task) {
    return switch (task) {
      case EXTRACT, SUMMARISE, ASK, TOPICS -> true;
      case REPLY, REPLAY, ROLLOUT, CLASSIFY, EMBED, SCORE -> false;
    };
  }

  private static List<String> reasoning(JobConfig config) {
    List<String> found = new ArrayList<>();
    String marks = config.prompt().reasoning();
    boolean isNone = marks.equals("none");
    if (!isNone && !marks.equals("auto") && !areTwoMarks(marks)) {
      found.add(
          "prompt.reasoning: must be auto, none, or two different marks joined by a comma, such as"
              + " <think>,</think>");
    }
    if (isNone && config.sampling().thinkingBudget() > 0) {
      found.add(
          "sampling.thinking_budget: there is no reasoning to limit, as prompt.reasoning is none");
    }
    return found;
  }

  private static boolean areTwoMarks(String marks) {
    String[] parts = marks.split(",", -1);
    return parts.length == 2
        && !parts[0].isBlank()
        && !parts[1].isBlank()
        && !parts[0].strip().equals(parts[1].strip());
  }

  private static List<String> repetition(Repetition repetition) {
    List<String> found = new ArrayList<>();
    if (repetition.minPatternSize() > repetition.maxPatternSize()) {
      found.add(
          "sampling.repetition_detection.min_pattern_size: "
              + repetition.minPatternSize()
              + " is more than sampling.repetition_detection.max_pattern_size, which is "
              + repetition.maxPatternSize());
    }
    if (repetition.maxPatternSize() > 0 && repetition.minCount() < 2) {
      found.add(
          "sampling.repetition_detection.min_count: must be at least 2 where"
              + " sampling.repetition_detection.max_pattern_size is set, but is "
              + repetition.minCount());
    }
    return found;
  }
}
