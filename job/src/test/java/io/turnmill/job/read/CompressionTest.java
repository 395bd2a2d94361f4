package io.turnmill.job.read;

import static io.turnmill.job.read.RecordsForTests.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.testing.InputsForTests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.junit.jupiter.api.Test;

/** What is read of compressed files, whole and damaged. */
class CompressionTest {
  private static final String ONE = "{\"a\":1}\n";

  private final MeasuredStore.Content store = MeasuredStore.named("compressed");

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(bytes(text));
    }
    return bytes.toByteArray();
  }

  private static byte[] bzip2(String text) throws IOException {
    BZip2Codec codec = new BZip2Codec();
    codec.setConf(new Configuration(false));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = codec.createOutputStream(bytes)) {
      out.write(bytes(text));
    }
    return bytes.toByteArray();
  }

  private static byte[] zstd(String text) {
    return Zstd.compress(bytes(text));
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /** Lines that no compression makes much shorter. */
  private static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      lines.append("{\"a\":\"").append(Long.toHexString(random.nextLong())).append("\"}\n");
    }
    return lines.toString();
  }

  private List<DecodedRecord> read(String name, byte[] bytes) throws IOException {
    store.put(name, bytes);
    List<DecodedRecord> records = new ArrayList<>();
    for (InputFile file :
        InputFiles.list(MeasuredStore.conf(), InputsForTests.of(store.path() + "/" + name))) {
      try (SplitRecords split =
          new SplitRecords(file.whole(), MeasuredStore.conf(), 1000, Set.of(), Retry.never())) {
        split.forEachRemaining(records::add);
      }
    }
    return records;
  }

  private void assertWhole(String name, byte[] bytes, int records) throws IOException {
    assertThat(RecordsForTests.good(read(name, bytes))).as(name).hasSize(records);
    assertThat(RecordsForTests.codes(read(name, bytes))).as(name).isEmpty();
  }

  private void assertLost(String name, byte[] bytes, String reason) throws IOException {
    List<DecodedRecord> records = read(name, bytes);
    DecodedRecord last = records.get(records.size() - 1);
    assertThat(SplitRecords.isUnreadable(last)).as(name).isTrue();
    assertThat(((DecodedRecord.Broken) last).detail()).as(name).contains(reason);
  }

  @Test
  void allMembersOfAFileAreRead() throws IOException {
    assertWhole("a.jsonl.gz", joined(gzip(ONE), gzip(ONE + ONE)), 3);
    assertWhole("a.jsonl.bz2", joined(bzip2(ONE), bzip2(ONE + ONE)), 3);
    assertWhole("a.jsonl.zst", joined(zstd(ONE), zstd(ONE + ONE)), 3);
    assertWhole("a.json.zstd", zstd("[" + ONE + "," + ONE + "]"), 2);
    assertWhole("a.ndjson.GZIP", gzip(ONE), 1);
    assertWhole("a.gz", gzip(ONE), 1);
  }

  /** Each of them has no block where one must be, or no end. */
  @Test
  void bzip2WithoutItsBlocksOrItsEndIsDamaged() throws IOException {
    byte[] whole = bzip2(ONE);
    assertLost("a.jsonl.bz2", gzip(ONE), "BZIP2 data are damaged");
    assertLost("b.jsonl.bz2", bytes("BZ\1\2\3 no blocks"), "BZIP2 data are damaged");
    assertLost("c.jsonl.bz2", Arrays.copyOf(whole, 4), "BZIP2 data are damaged");
    assertLost("d.jsonl.bz2", Arrays.copyOf(whole, whole.length - 1), "BZIP2 data are damaged");
    byte[] flipped = whole.clone();
    flipped[5] ^= 1;
    assertLost("e.jsonl.bz2", flipped, "BZIP2 data are damaged");
    assertLost("f.jsonl.bz2", joined(joined(whole, flipped), whole), "BZIP2 data are damaged");
    assertWhole("g.jsonl.bz2", joined(whole, whole), 2);
  }

  /** The first three bytes are those of a bzip2 file. */
  @Test
  void textMayBeginAsCompressedDataDo() throws IOException {
    String csv = "BZhour,session_id,role,content\n1,s,user,Hello\n";
    assertWhole("a.csv", bytes(csv), 1);
    assertWhole("b.csv.gz", gzip(csv), 1);
  }

  @Test
  void whatIsCompressedTwiceIsNotRead() throws IOException {
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(twice)) {
      out.write(gzip(ONE));
    }
    assertLost("a.jsonl.gz", twice.toByteArray(), "compressed twice");
  }

  /** RFC 8878, sections 3.1.1: a window of 2^31 bytes, and one raw block, which is the last. */
  @Test
  void zstandardMayHaveALongWindow() throws IOException {
    byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) ((31 - 10) << 3)};
    byte[] block = joined(new byte[] {(byte) (ONE.length() << 3 | 1), 0, 0}, bytes(ONE));
    assertWhole("a.jsonl.zst", joined(frame, block), 1);

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZstdOutputStreamNoFinalizer out = new ZstdOutputStreamNoFinalizer(bytes)) {
      out.setLong(28);
      out.write(bytes(ONE));
    }
    assertWhole("b.jsonl.zst", bytes.toByteArray(), 1);
  }

  @Test
  void aFileWithoutAByteHasNoRecordsAndOneOfNothingHasNone() throws IOException {
    for (String ending : List.of("jsonl", "json", "csv", "gz", "jsonl.gz", "csv.bz2", "json.zst")) {
      assertWhole("empty." + ending, new byte[0], 0);
    }
    assertWhole("nothing.jsonl.gz", gzip(""), 0);
    assertWhole("nothing.jsonl.bz2", bzip2(""), 0);
    assertWhole("nothing.jsonl.zst", zstd(""), 0);
  }

  @Test
  void textThatIsNamedAsIfItWasCompressedIsReadAsText() throws IOException {
    assertWhole("a.jsonl.gz", bytes(ONE + ONE), 2);
    assertWhole("b.json.bz2", bytes("[\n" + ONE + "]"), 1);
    assertWhole("c.csv.zst", bytes("\uFEFFa,b\r\n\u5bf9,\t2\r\n"), 1);
  }

  @Test
  void dataWhoseNameDoesNotSayThatTheyAreCompressedAreNoText() throws IOException {
    assertLost("a.jsonl", gzip(ONE), "it holds GZIP data");
    assertLost("a.csv", zstd(ONE), "it holds ZSTD data");
    assertLost("a.jsonl.gz", new byte[] {3, 1, 4, 1, 5}, "GZIP data are damaged");
  }

  @Test
  void aFileThatIsCutShortIsLostWhereverItIsCut() throws IOException {
    for (int share = 1; share < 8; share++) {
      for (byte[] whole : List.of(gzip(lines(2000)), bzip2(lines(2000)), zstd(lines(2000)))) {
        String name =
            whole[0] == 'B' ? "a.jsonl.bz2" : whole[0] == '(' ? "a.jsonl.zst" : "a.jsonl.gz";
        assertLost(name, Arrays.copyOf(whole, whole.length * share / 8), "damaged or cut short");
      }
    }
    byte[] gzip = gzip(ONE);
    assertLost("b.jsonl.gz", Arrays.copyOf(gzip, gzip.length - 1), "damaged or cut short");
    assertLost("b.jsonl.gz", joined(gzip, Arrays.copyOf(gzip, 5)), "damaged or cut short");
  }

  @Test
  void aFlippedByteIsNoticedWhereverItIs() throws IOException {
    for (byte[] whole : List.of(gzip(lines(100)), bzip2(lines(100)))) {
      for (int at = 20; at < whole.length; at += 397) {
        byte[] flipped = whole.clone();
        flipped[at] ^= 0x10;
        String name = whole[0] == 'B' ? "a.jsonl.bz2" : "a.jsonl.gz";
        assertLost(name, flipped, "damaged or cut short");
      }
    }
  }

  @Test
  void aParquetFileThatIsCutShortOrEmptyIsLost() throws IOException {
    assertLost("a.parquet", bytes("PAR1 no more PAR1"), "not readable as PARQUET");
    assertLost("b.parquet", bytes("PAR1"), "not readable as PARQUET");
    assertLost("c.parquet", new byte[0], "not readable as PARQUET");
  }

  @Test
  void aBlockOfZeroBytesIsDamageAndAFewAreABadRecord() throws IOException {
    String text = lines(5000);
    for (int at : List.of(0, 7, 4095, 4096, 65_535, 70_000, text.length())) {
      String zeros = text.substring(0, at) + "\0".repeat(512) + text.substring(at);
      assertLost("a.jsonl", bytes(zeros), "from byte " + at + " on there are only zero bytes");
      assertLost("a.jsonl.gz", gzip(zeros), "from byte " + at + " on there are only zero bytes");
    }
    List<DecodedRecord> few =
        read("b.jsonl", bytes(ONE + "{\"a\":\"\0" + "\0".repeat(510) + "\"}\n" + ONE));
    assertThat(RecordsForTests.good(few)).hasSize(2);
    assertThat(few).hasSize(3).noneMatch(SplitRecords::isUnreadable);
  }
}
