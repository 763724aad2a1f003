package org.cycleqd.engine;

import static java.util.stream.Collectors.joining;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cycleqd.digest.Sha256;
import org.cycleqd.spectral.GenomeLayout;
import org.jspecify.annotations.Nullable;

/**
 * The first record of a journal: what the run is.
 *
 * @param format version of the journal's format
 * @param digests whatever else decides the result, by name: checkpoints, prompts, decoding, config
 * @param experts names of the experts; candidates 0 to {@code experts.size() - 1} are these
 * @param layout digest of the genome's coordinates
 * @param settings the search's settings
 * @param fork where it left another run; null if it is none's fork
 */
public record RunHeader(
    int format,
    SortedMap<String, String> digests,
    List<String> experts,
    String layout,
    SearchSettings settings,
    @Nullable ForkPoint fork) {

  /** The format that this program writes and reads. */
  public static final int FORMAT = 1;

  /** Copies the collections. */
  public RunHeader {
    digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
    experts = List.copyOf(experts);
  }

  static RunHeader of(
      SearchSettings settings,
      GenomeLayout layout,
      Map<String, String> digests,
      @Nullable ForkPoint fork) {
    return new RunHeader(
        FORMAT, new TreeMap<>(digests), layout.experts(), digest(layout), settings, fork);
  }

  /** The header as JSON, with the names and values that the journal holds. */
  public String json() {
    return HeaderJson.write(this).toString();
  }

  static String digest(GenomeLayout layout) {
    return Sha256.of(
        layout.tensors().stream()
            .map(tensor -> tensor.name() + "\t" + tensor.group() + "\t" + tensor.rank() + "\n")
            .collect(joining("", String.join("\n", layout.experts()) + "\n\n", "")));
  }
}
