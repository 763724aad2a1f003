package org.cycleqd.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Reads the version that the build wrote down. */
final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {"cycleqd %s (Java %s)".formatted(version(), Runtime.version())};
  }

  /** The program's version. */
  static String version() throws IOException {
    Properties properties = new Properties();
    try (InputStream stream =
        Objects.requireNonNull(VersionProvider.class.getResourceAsStream("version.properties"))) {
      properties.load(stream);
    }
    return properties.getProperty("version");
  }
}
