package io.turnmill.job.hadoop;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;

/**
 * Takes the driver's Hadoop settings to the executors. Every task brings them; an executor makes
 * them of what it read once. A process that would garble file names refuses them, with a {@link
 * io.turnmill.job.config.SetupException}.
 */
public final class HadoopConf implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Settings that came to this process, which sees those of one application. */
  private static final Map<ByteBuffer, Configuration> READ = new ConcurrentHashMap<>();

  private transient Configuration conf;
  private transient byte[] bytes;

  public HadoopConf(Configuration conf) {
    this.conf = conf;
  }

  public Configuration get() {
    return conf;
  }

  private synchronized void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    if (bytes == null) {
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      conf.write(new DataOutputStream(written));
      bytes = written.toByteArray();
    }
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    bytes = new byte[in.readInt()];
    in.readFully(bytes);
    Configuration known = READ.get(ByteBuffer.wrap(bytes));
    if (known == null) {
      LocalEncoding.checkExecutor();
      known = new Configuration(false);
      known.readFields(new DataInputStream(new ByteArrayInputStream(bytes)));
      READ.put(ByteBuffer.wrap(bytes), known);
    }
    conf = known;
  }
}
