package org.cycleqd.merge.method;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.cycleqd.merge.kernel.MergeKernel;

/** The methods by name. */
public final class MergeMethods {

  private static final String L1 = "l1";
  private static final String NONE = "none";

  private MergeMethods() {}

  /** All methods, on the fastest kernel of this JVM. */
  public static SequencedMap<String, MergeMethod> all() {
    return all(MergeKernel.fastest());
  }

  /** All methods on one kernel. */
  static SequencedMap<String, MergeMethod> all(MergeKernel kernel) {
    Optional<Sparsifier> largest = Optional.of(new MagnitudeBand(kernel, false));
    Optional<Sparsifier> band = Optional.of(new MagnitudeBand(kernel, true));
    Optional<Sparsifier> random = Optional.of(new Dropout(kernel));
    Optional<Sparsifier> ranked = Optional.of(new RankedDropout(kernel));
    SequencedMap<String, MergeMethod> methods = new LinkedHashMap<>();
    for (MergeMethod method :
        List.of(
            new Linear(kernel),
            new SparseConsensus(kernel, "task_arithmetic", Optional.empty(), false, false, NONE),
            new SparseConsensus(kernel, "ties", largest, true, true, NONE),
            new SparseConsensus(kernel, "dare_linear", random, false, false, L1),
            new SparseConsensus(kernel, "dare_ties", random, true, false, L1),
            new SparseConsensus(kernel, "breadcrumbs", band, false, false, NONE),
            new SparseConsensus(kernel, "breadcrumbs_ties", band, true, false, NONE),
            new SparseConsensus(kernel, "della", ranked, true, true, L1),
            new SparseConsensus(kernel, "della_linear", ranked, false, false, L1),
            new Slerp(kernel),
            new NuSlerp(kernel),
            new SphericalMean(kernel),
            new KarcherMean(kernel),
            new ModelStock(kernel),
            new Sce(kernel),
            new Ram(kernel, false),
            new Ram(kernel, true),
            new NearSwap(),
            new ArceeFusion(kernel),
            new Passthrough(kernel),
            new SpectralMerge(kernel, new SpectralRule.TaskSingularVectors()),
            new SpectralMerge(kernel, new SpectralRule.IsotropicCommon()),
            new SpectralMerge(kernel, new SpectralRule.IsotropicCommonAndSpecific()))) {
      methods.put(method.signature().name(), method);
    }
    return Collections.unmodifiableSequencedMap(methods);
  }
}
