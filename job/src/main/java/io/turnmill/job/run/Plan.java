package io.turnmill.job.run;

import io.turnmill.job.cache.CompletionStore;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.models.CheckedVariant;
import io.turnmill.job.models.CheckedVariants;
import io.turnmill.job.models.ModelCheck;
import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.Counts;
import io.turnmill.job.prepare.EvenDraw;
import io.turnmill.job.prepare.EvenSample;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Survey;
import io.turnmill.job.read.Archive;
import io.turnmill.job.read.DocumentFiles;
import io.turnmill.job.report.Estimate;
import io.turnmill.job.report.Totals;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.job.terminal.TextWidth;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.WrittenCounts;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.SparkSession;

/** What a run would do: everything that can be checked and counted without a model's weights. */
public final class Plan {
  /** Text that is encoded to estimate the tokens of all: some seconds of work, some megabytes. */
  private static final int SAMPLE_CHARACTERS = 1 << 20;

  private final SparkSession spark;
  private final JobConfig config;
  private final Instant startedAt;

  /**
   * @param config as the user set it
   */
  public Plan(SparkSession spark, JobConfig config, Instant startedAt) {
    this.spark = spark;
    this.config = config;
    this.startedAt = startedAt;
  }

  /**
   * What was found.
   *
   * @param lines for people
   * @param passed a sentence for each limit that a run would pass before it begins
   * @param sample the sessions that are drawn for a trial, if one is asked for
   */
  public record Found(List<String> lines, List<String> passed, Optional<EvenSample> sample) {}

  /**
   * Checks and counts.
   *
   * @param estimate of the time, if there are rates
   * @param draw how sessions are drawn for a trial, if one is to follow
   */
  public Found find(Optional<Estimate> estimate, Optional<EvenDraw> draw) throws IOException {
    RunInput input = RunInput.open(spark, config);
    CheckedVariants variants =
        CheckedVariants.check(
            config,
            startedAt,
            input.archive().map(of -> of.texts(SAMPLE_CHARACTERS)).orElse(List.of()));
    OutputFolder output = OutputFolder.open(config.output().path(), Spark.hadoop(spark));
    output.checks().liesApartFrom(input.files());
    RunIdentity identity = RunIdentity.of(variants, input.listing());
    ResumeDecision decision =
        ResumeDecision.of(
            output, identity, config.output().overwrite(), new RunRequest(false, false));
    output.checks().isWritable();
    CompletionStore.checkWritable(config.cache().path(), Spark.hadoop(spark));
    List<String> lines = new ArrayList<>();
    lines.add("Settings (* differs from the default)");
    variants.config().toTable().lines().forEach(line -> lines.add("  " + line));
    lines.add("");
    variants.all().forEach(variant -> lines.addAll(models(variant)));
    lines.add("Input");
    List<String> passed = new ArrayList<>();
    Optional<EvenSample> sample = Optional.empty();
    if (input.archive().isPresent()) {
      Archive archive = input.archive().get();
      BucketPlan buckets =
          BucketPlan.choose(config.output().buckets(), archive.textBytes(), archive.slots());
      Survey survey = survey(archive, buckets, draw);
      Counts counts = survey.counts();
      lines.addAll(sessions(archive, variants, counts, buckets, estimate));
      WrittenCounts rejected = WrittenCounts.rejectedOnly(counts.rejectedByScope());
      passed.addAll(
          new RunLimits(config.limits())
              .passed(RunCounts.totals(counts, rejected, Duration.ZERO), 0));
      sample = draw.map(any -> survey.sample());
    }
    input.documents().ifPresent(of -> lines.addAll(documents(of)));
    variants
        .warnings()
        .forEach(warning -> lines.addAll(List.of("Warning: " + TerminalText.line(warning), "")));
    lines.addAll(said(decision));
    lines.add(
        passed.isEmpty()
            ? "Everything that can be checked without running is in order. Nothing was written."
            : "A run would end before the model is asked. Nothing was written.");
    return new Found(lines, passed, sample);
  }

  private static List<String> documents(DocumentFiles documents) {
    List<String> lines = new ArrayList<>();
    DocumentsPlan.rows(documents).forEach((label, value) -> lines.add(row(label, value)));
    lines.add("  How many documents and chunks there are is known when a run has read the files.");
    lines.add("");
    return lines;
  }

  private Survey survey(Archive archive, BucketPlan buckets, Optional<EvenDraw> draw) {
    Archive known = archive.withLostFiles();
    Survey survey = surveyOnce(known, buckets, draw);
    while (known.hasLostMore()) {
      known = known.withLostFiles();
      survey = surveyOnce(known, buckets, draw);
    }
    return survey.losing(known.lostShare());
  }

  private Survey surveyOnce(Archive archive, BucketPlan buckets, Optional<EvenDraw> draw) {
    Prepare.Rules rules = Prepare.Rules.of(config, archive.hasLostFiles());
    return draw.isPresent()
        ? Prepare.survey(archive.entries(), rules, buckets, draw.get())
        : new Survey(Prepare.count(archive.entries(), rules, buckets), EvenSample.NONE);
  }

  private static List<String> said(ResumeDecision decision) {
    if (decision instanceof ResumeDecision.Resume resume) {
      return List.of("The run of " + resume.begunAt() + " stopped here; this one resumes it.", "");
    }
    if (decision instanceof ResumeDecision.AlreadyComplete) {
      return List.of("This run is complete; nothing is left to do.", "");
    }
    List<String> lines = new ArrayList<>();
    List<String> replaced = ((ResumeDecision.New) decision).replaced();
    if (!replaced.isEmpty()) {
      lines.add("Another run's results would be replaced. Changed:");
      replaced.forEach(change -> lines.add("  " + change));
      lines.add("");
    }
    return lines;
  }

  /** Tokens of all variants; where sessions are shared out, each variant has its part of them. */
  private static long sum(CheckedVariants variants, ToLongFunction<CheckedVariant> tokens) {
    long all = variants.all().stream().mapToLong(tokens).sum();
    return variants.areSplit() ? all / variants.all().size() : all;
  }

  /**
   * Of a session whose turns are all answered, each message may be the user's. How much is written
   * about chunks is not known.
   */
  private static long mostReplyTokens(Counts counts, JobConfig config) {
    long turns =
        switch (config.task().kind()) {
          case REPLY -> counts.asked();
          case REPLAY, ROLLOUT -> counts.messages();
          case ASK -> counts.asked() * config.ask().questions().size();
          case CLASSIFY, EMBED, SCORE, EXTRACT, SUMMARISE, TOPICS -> 0;
        };
    return turns * config.sampling().n() * config.sampling().maxTokens();
  }

  private List<String> sessions(
      Archive archive,
      CheckedVariants variants,
      Counts counts,
      BucketPlan buckets,
      Optional<Estimate> estimate) {
    long promptTokens =
        sum(
            variants,
            of ->
                of.model()
                    .rates()
                    .estimate(counts.asked(), counts.messages(), counts.characters()));
    long replyTokens = sum(variants, of -> mostReplyTokens(counts, of.config()));
    List<String> lines = new ArrayList<>();
    lines.add(row("files", HumanFormat.count(archive.fileCount())));
    lines.add(row("records", HumanFormat.count(counts.records())));
    lines.add(row("sessions", HumanFormat.count(counts.asked())));
    lines.add(row("turns", HumanFormat.count(counts.messages())));
    if (config.task().kind().isAskedInChunks()) {
      lines.add(row("characters", HumanFormat.count(counts.characters())));
      lines.add("  How many chunks the sessions have is known when a run has cut them.");
    } else {
      lines.add(row("prompt tokens", "about " + HumanFormat.count(promptTokens)));
    }
    if (replyTokens > 0) {
      lines.add(row("reply tokens", "at most " + HumanFormat.count(replyTokens)));
    }
    lines.add(row("buckets", HumanFormat.count(buckets.buckets())));
    estimate.ifPresent(
        given -> {
          lines.add("");
          lines.add("Time of the model, at the given rates");
          given
              .lines(promptTokens, replyTokens)
              .forEach(line -> lines.add(row(line.get(0), line.get(1))));
        });
    lines.addAll(changes(Selections.of(counts)));
    if (!counts.rejected().isEmpty()) {
      lines.add("");
      lines.add("To be rejected (besides conversations too long for the model)");
      counts
          .rejected()
          .forEach(
              group ->
                  lines.add(
                      row(
                          group.code(),
                          HumanFormat.count(group.count()) + "  (" + group.scope() + ")")));
    }
    lines.add("");
    return lines;
  }

  /** What sampling and cleaning would do. */
  private static List<String> changes(Totals.Selection selection) {
    List<String> lines = new ArrayList<>();
    if (selection.leftOut() > 0) {
      lines.add(
          row("left out by sample", HumanFormat.count(selection.leftOut(), "session", "sessions")));
    }
    selection
        .cleaned()
        .forEach(
            (step, count) -> {
              if (count > 0) {
                lines.add(row(step.replace('_', ' '), HumanFormat.count(count)));
              }
            });
    if (!lines.isEmpty()) {
      lines.addAll(0, List.of("", "To be sampled and cleaned"));
    }
    return lines;
  }

  private static List<String> models(CheckedVariant variant) {
    String of = variant.name().isEmpty() ? "" : " of variant " + variant.name();
    List<String> lines = new ArrayList<>();
    addModel(lines, "Model" + of, variant.model());
    variant.second().ifPresent(second -> addModel(lines, "Second model" + of, second));
    variant.encoder().ifPresent(encoder -> addModel(lines, "Encoder", encoder));
    variant.reranker().ifPresent(reranker -> addModel(lines, "Reranker", reranker));
    return lines;
  }

  private static void addModel(List<String> lines, String title, ModelCheck model) {
    lines.add(title);
    model
        .facts()
        .forEach((name, value) -> lines.add(row(name.replace('_', ' '), value.toString())));
    lines.add("");
  }

  private static String row(String label, String value) {
    return "  " + TextWidth.pad(label + " ", 24, false) + value;
  }
}
