package io.turnmill.job.read;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.GzipCodec;
import org.apache.hadoop.util.ReflectionUtils;

/** Compression of a file as a whole, told by the end of its name. */
enum Compression {
  NONE(""),
  GZIP(".gz"),
  BZIP2(".bz2"),
  ZSTD(".zst");

  private final String suffix;

  Compression(String suffix) {
    this.suffix = suffix;
  }

  static Compression of(String lowerCaseName) {
    for (Compression compression : values()) {
      if (compression != NONE && lowerCaseName.endsWith(compression.suffix)) {
        return compression;
      }
    }
    return NONE;
  }

  /** The name without the ending that stands for the compression. */
  String strip(String name) {
    return name.substring(0, name.length() - suffix.length());
  }

  /** Hadoop's own decompressors, which read on behind the first member of a file, as pigz needs. */
  InputStream open(InputStream in, Configuration conf) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> codec(GzipCodec.class, conf).createInputStream(in);
      case BZIP2 -> codec(BZip2Codec.class, conf).createInputStream(in);
      case ZSTD -> new ZstdInputStreamNoFinalizer(in);
    };
  }

  private static CompressionCodec codec(
      Class<? extends CompressionCodec> codec, Configuration conf) {
    return ReflectionUtils.newInstance(codec, conf);
  }
}
