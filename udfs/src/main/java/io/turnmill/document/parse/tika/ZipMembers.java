package io.turnmill.document.parse.tika;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnmill.document.parse.ParseRefusal;
import io.turnmill.document.parse.ParseReply;
import io.turnmill.document.parse.ParseRequest;
import io.turnmill.document.parse.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The files in a {@code .zip}, and the size of what a document that is a zip holds. */
final class ZipMembers {
  /** Text packs to a tenth, tables to a thirtieth. */
  private static final long MAX_RATIO = 100;

  /** However small a zip is, unpacked it may have this many bytes. */
  private static final long ALWAYS_BYTES = 50L << 20;

  private static final int MAX_PACKAGE_ENTRIES = 20_000;

  private ZipMembers() {}

  /** Unpacks a zip. What a Mac adds about its files is left out. */
  static ParseReply unpack(ParseRequest request) throws IOException, RefusedException {
    PartStore store = new PartStore(request, "!/", maxBytes(request.file()));
    try (ZipFile zip = open(request.file())) {
      Enumeration<ZipArchiveEntry> entries = zip.getEntriesInPhysicalOrder();
      while (entries.hasMoreElements()) {
        ZipArchiveEntry entry = entries.nextElement();
        String name = name(entry);
        if (entry.isDirectory() || isOfMac(name)) {
          continue;
        }
        if (entry.getGeneralPurposeBit().usesEncryption()) {
          store.refuse(name, ParseRefusal.ENCRYPTED, "It is encrypted in the archive.");
        } else if (!zip.canReadEntryData(entry)) {
          store.refuse(
              name, ParseRefusal.UNSUPPORTED_TYPE, "It is packed by method " + entry.getMethod());
        } else {
          try (InputStream in = zip.getInputStream(entry)) {
            store.add(name, in);
          }
        }
      }
    }
    return store.parts().isEmpty()
        ? ParseReply.refused(ParseRefusal.EMPTY, "The archive holds no files.")
        : new ParseReply(Optional.empty(), store.parts());
  }

  /** Unpacks a document that is a zip, such as a DOCX, into nothing, to see how much it is. */
  static void check(ParseRequest request) throws IOException, RefusedException {
    long left = Math.min(maxBytes(request.file()), request.maxUnpackedBytes());
    int entryCount = 0;
    byte[] buffer = new byte[1 << 16];
    try (ZipFile zip = open(request.file())) {
      Enumeration<ZipArchiveEntry> entries = zip.getEntriesInPhysicalOrder();
      while (entries.hasMoreElements()) {
        ZipArchiveEntry entry = entries.nextElement();
        entryCount++;
        if (!zip.canReadEntryData(entry)) {
          throw new RefusedException(ParseRefusal.ENCRYPTED, "A part of it is encrypted.");
        }
        try (InputStream in = zip.getInputStream(entry)) {
          for (int n = in.read(buffer); n >= 0 && left >= 0; n = in.read(buffer)) {
            left -= n;
          }
        }
        if (left < 0 || entryCount > MAX_PACKAGE_ENTRIES) {
          throw new RefusedException(
              ParseRefusal.ARCHIVE_BOMB,
              "It is a zip that holds too much: " + entryCount + " parts so far.");
        }
      }
    }
  }

  private static long maxBytes(Path file) throws IOException {
    return Math.max(ALWAYS_BYTES, MAX_RATIO * Files.size(file));
  }

  private static ZipFile open(Path file) throws IOException {
    return ZipFile.builder().setPath(file).setCharset(UTF_8).get();
  }

  /** Names are in UTF-8, or in what Windows uses in China. */
  private static String name(ZipArchiveEntry entry) {
    byte[] raw = entry.getRawName();
    return PlainText.decode(raw).orElseGet(() -> new String(raw, Charset.forName("GB18030")));
  }

  private static boolean isOfMac(String name) {
    return name.startsWith("__MACOSX/") || name.equals(".DS_Store") || name.endsWith("/.DS_Store");
  }
}
