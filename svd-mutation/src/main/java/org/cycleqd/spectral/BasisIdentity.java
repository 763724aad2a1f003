package org.cycleqd.spectral;

import java.util.Map;
import org.cycleqd.digest.Sha256;

/**
 * What a stored basis is of; equal identities mean equal content.
 *
 * @param base digest of the base
 * @param expert digest of the expert
 * @param policy as {@link BasisPolicy#text} says it
 */
public record BasisIdentity(String base, String expert, String policy) {

  /** Version of the file's layout and of the arithmetic that makes it. */
  static final String FORMAT = "cycleqd basis 1";

  /** The file's metadata. */
  Map<String, String> metadata() {
    return Map.of("format", FORMAT, "base", base, "expert", expert, "policy", policy);
  }

  /** The SHA-256 of all of it in hexadecimal, the name of the file. */
  String key() {
    String text = "%s\nbase %s\nexpert %s\npolicy %s\n".formatted(FORMAT, base, expert, policy);
    return Sha256.of(text);
  }
}
