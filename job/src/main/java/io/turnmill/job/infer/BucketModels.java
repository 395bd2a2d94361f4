package io.turnmill.job.infer;

import io.turnmill.job.rows.VariantBuckets;
import java.io.Serializable;
import java.util.List;

/**
 * The model of each bucket. Serialized and sent to the executors.
 *
 * @param buckets says which variant a bucket belongs to
 * @param variants the model of each variant, in their order
 */
public record BucketModels(VariantBuckets buckets, List<AskedModel> variants)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public BucketModels {
    variants = List.copyOf(variants);
  }

  /** One model for all buckets. */
  public static BucketModels only(AskedModel model) {
    return new BucketModels(new VariantBuckets(1, Integer.MAX_VALUE, false), List.of(model));
  }

  AskedModel of(int bucket) {
    return variants.get(buckets.variant(bucket));
  }
}
