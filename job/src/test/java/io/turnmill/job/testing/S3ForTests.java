package io.turnmill.job.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * An S3 server that holds one bucket in memory: a process of its own that listens on the loopback,
 * and asks for signatures. It is reached through a {@link FaultyRelay}.
 */
public final class S3ForTests implements AutoCloseable {
  public static final String BUCKET = "models";
  public static final String ACCESS = "dummy-access-word";
  public static final String SECRET = "dummy-secret-word";

  /** The build puts it there. */
  private static final Path SERVER = Path.of("target/s3/s3proxy.jar");

  private static final Pattern LISTENS = Pattern.compile("\\{127\\.0\\.0\\.1:(\\d+)}");

  private final Process process;
  private final FaultyRelay relay;

  private S3ForTests(Process process, FaultyRelay relay) {
    this.process = process;
    this.relay = relay;
  }

  /**
   * Starts it.
   *
   * @param folder for its settings
   */
  public static S3ForTests start(Path folder) throws IOException {
    Path settings =
        Files.writeString(
            folder.resolve("s3.properties"),
            """
            s3proxy.endpoint=http://127.0.0.1:0
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=%s
            s3proxy.credential=%s
            s3proxy.ignore-unknown-headers=true
            jclouds.provider=transient-nio2
            jclouds.identity=none
            jclouds.credential=none
            """
                .formatted(ACCESS, SECRET));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-jar",
                SERVER.toAbsolutePath().toString(),
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .start();
    S3ForTests server = null;
    try {
      server = new S3ForTests(process, FaultyRelay.to(port(process)));
      server.makeBucket();
      return server;
    } finally {
      if (server == null) {
        process.destroyForcibly();
      }
    }
  }

  private static int port(Process process) throws IOException {
    StringBuilder output = new StringBuilder();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      output.append(line).append('\n');
      Matcher listens = LISTENS.matcher(line);
      if (listens.find()) {
        drain(process.getInputStream());
        return Integer.parseInt(listens.group(1));
      }
    }
    throw new IOException("The S3 server did not start:\n" + output);
  }

  private static void drain(InputStream output) {
    Thread thread =
        new Thread(
            () -> {
              try {
                output.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // The process has ended.
              }
            },
            "s3-output");
    thread.setDaemon(true);
    thread.start();
  }

  private void makeBucket() {
    try (S3Client client = client()) {
      client.createBucket(request -> request.bucket(BUCKET));
    }
  }

  private S3Client client() {
    return S3Client.builder()
        .endpointOverride(URI.create(endpoint()))
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS, SECRET)))
        .build();
  }

  /** The keys of all objects under a prefix. */
  public List<String> keys(String prefix) {
    try (S3Client client = client()) {
      return client.listObjectsV2Paginator(list -> list.bucket(BUCKET).prefix(prefix)).stream()
          .flatMap(page -> page.contents().stream())
          .map(S3Object::key)
          .toList();
    }
  }

  /** The keys of uploads that were begun, and neither completed nor aborted. */
  public List<String> openUploads() {
    try (S3Client client = client()) {
      return client.listMultipartUploads(list -> list.bucket(BUCKET)).uploads().stream()
          .map(MultipartUpload::key)
          .toList();
    }
  }

  /** The content of an object. */
  public byte[] get(String key) {
    try (S3Client client = client()) {
      return client.getObjectAsBytes(get -> get.bucket(BUCKET).key(key)).asByteArray();
    }
  }

  private String endpoint() {
    return "http://127.0.0.1:" + relay.port();
  }

  public FaultyRelay relay() {
    return relay;
  }

  /** One more proxy before it, which fails a share of the requests. */
  public FaultyProxy faulty(long seed, double share) throws IOException {
    return FaultyProxy.start(relay.port(), seed, share);
  }

  /** What Hadoop has to know of it. */
  public Map<String, String> settings() {
    return settings(endpoint());
  }

  /** The same for one who asks a proxy. */
  public static Map<String, String> settings(String endpoint) {
    return Map.of(
        "fs.s3a.endpoint",
        endpoint,
        "fs.s3a.endpoint.region",
        "us-east-1",
        "fs.s3a.path.style.access",
        "true",
        "fs.s3a.aws.credentials.provider",
        "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
        "fs.s3a.access.key",
        ACCESS,
        "fs.s3a.secret.key",
        SECRET);
  }

  public Configuration conf() {
    Configuration conf = new Configuration();
    settings().forEach(conf::set);
    return conf;
  }

  /** Copies a file or a folder to the root of the bucket, over what is there. */
  public void upload(Path local) {
    try (FileSystem fs = FileSystem.newInstance(URI.create("s3a://" + BUCKET + "/"), conf())) {
      fs.copyFromLocalFile(
          new org.apache.hadoop.fs.Path(local.toAbsolutePath().normalize().toString()),
          new org.apache.hadoop.fs.Path("/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes an object, whatever there is under that key. */
  public void put(String key, byte[] content) throws IOException {
    URI uri = URI.create("s3a://" + BUCKET + "/");
    try (FileSystem fs = FileSystem.newInstance(uri, conf());
        OutputStream out = fs.create(new org.apache.hadoop.fs.Path("/" + key), true)) {
      out.write(content);
    }
  }

  @Override
  public void close() throws IOException {
    relay.close();
    process.destroyForcibly();
  }
}
