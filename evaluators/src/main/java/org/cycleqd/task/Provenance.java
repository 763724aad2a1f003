package org.cycleqd.task;

/**
 * Where the items of a task come from.
 *
 * @param source who published them
 * @param licence the licence's SPDX name, or what is to be said about it
 * @param digest SHA-256 of the files' contents, in hexadecimal digits; empty where there are none
 */
public record Provenance(String source, String licence, String digest) {

  /** Items that this project generates. */
  public static final Provenance GENERATED = new Provenance("generated", "Apache-2.0", "");
}
