package io.turnmill.job.run;

import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.executor.ReplacingLoader;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.AskedModel;
import io.turnmill.job.infer.BucketModels;
import io.turnmill.job.models.CheckedVariant;
import io.turnmill.job.models.CheckedVariants;
import io.turnmill.job.models.ModelCheck;
import io.turnmill.job.prepare.LongestPrompt;
import io.turnmill.job.rows.CascadeCodec;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.ResultCodecs;
import io.turnmill.job.rows.VariantCodec;
import io.turnmill.session.Scope;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions;
import java.time.Instant;

/**
 * The models of a run as its tasks ask them, and the rows that come of it.
 *
 * @param loaders makes what loads the models on executors
 */
public record VariantModels(
    CheckedVariants variants, ModelLoaderFactory loaders, HadoopConf hadoop) {

  /** The codec of the table of results. */
  public ResultCodec<?> codec() {
    return codec(variants.first());
  }

  /** What is asked. */
  TaskOptions task() {
    return variants.first().model().options().task();
  }

  /**
   * The models of a run whose items are asked about in chunks; such a run has no variants.
   *
   * @param items what its items are
   */
  ChunkedRun.Models inChunks(Scope items, Instant startedAt) {
    return task().kind() == TaskKind.ASK
        ? asking(items, startedAt)
        : inChunks(variants.first().model(), items, startedAt);
  }

  /** The same for the items themselves, of which a run that looks for topics takes vectors. */
  ChunkedRun.Models ofItems(Scope items, Instant startedAt) {
    return task().kind() == TaskKind.TOPICS
        ? inChunks(variants.first().encoder().orElseThrow(), items, startedAt)
        : inChunks(items, startedAt);
  }

  private ChunkedRun.Models inChunks(ModelCheck model, Scope items, Instant startedAt) {
    TaskOptions task = model.options().task();
    ResultCodec<?> ofChunks = loaders.codec(task.ofChunk());
    return new ChunkedRun.Models(
        new AskedModel(loader(model.withTask(task.ofChunk()), startedAt), ofChunks),
        new AskedModel(loader(model, startedAt), ResultCodecs.merged(task, ofChunks, items)),
        true);
  }

  /** All models in both steps: an encoder is asked about chunks, if there is one. */
  private ChunkedRun.Models asking(Scope items, Instant startedAt) {
    CheckedVariant variant = variants.first();
    ModelLoader loader = variant.askLoader(startedAt, hadoop, loaders);
    ResultCodec<?> ofChunks =
        variant
            .encoder()
            .<ResultCodec<?>>map(encoder -> loaders.codec(encoder.options().task()))
            .orElseGet(() -> loaders.codec(task()));
    return new ChunkedRun.Models(
        new AskedModel(loader, ofChunks),
        new AskedModel(loader, ResultCodecs.merged(task(), ofChunks, items)),
        variant.encoder().isPresent());
  }

  private ModelLoader loader(ModelCheck model, Instant startedAt) {
    ModelLoader loader =
        model.loader(startedAt, 0, variants.config().model().cache(), hadoop, loaders);
    return task().kind() == TaskKind.TOPICS ? new ReplacingLoader(loader) : loader;
  }

  private ResultCodec<?> codec(CheckedVariant variant) {
    ResultCodec<?> ofTask = loaders.codec(variant.model().options().task());
    ResultCodec<?> codec = variant.second().isPresent() ? new CascadeCodec<>(ofTask) : ofTask;
    return variants.areNamed() ? new VariantCodec<>(codec, variant.name()) : codec;
  }

  /**
   * The model of each bucket.
   *
   * @param startedAt what templates see as the time: a run that is resumed writes what it would
   *     have written at first
   */
  public BucketModels of(Asked asked, Instant startedAt) {
    return new BucketModels(
        asked.variants(),
        variants.all().stream()
            .map(variant -> new AskedModel(loader(variant, asked, startedAt), codec(variant)))
            .toList());
  }

  private ModelLoader loader(CheckedVariant variant, Asked asked, Instant startedAt) {
    ModelLoader loader =
        variant.loader(
            startedAt,
            rates -> LongestPrompt.bound(asked.sessions().contents(), rates),
            hadoop,
            loaders);
    return variants.all().size() > 1 ? new ReplacingLoader(loader) : loader;
  }
}
