package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cycleqd.spectral.CoefficientGaussianMutation;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.Granularity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PedigreeTest {

  @TempDir Path folder;

  private static SearchSettings settings() {
    return Toy.settings(60, 3)
        .withVariation(
            new Variation(
                Granularity.LAYER_GROUP,
                1,
                0.1,
                List.of(
                    new ExpertBasisMutation(0.3),
                    new CoefficientGaussianMutation(0.1, Granularity.TENSOR))));
  }

  @Test
  void everyGenomeOfARunIsBredAgainFromItsJournal() throws Exception {
    Map<String, Genome> scored = new ConcurrentHashMap<>();
    SearchOutcome outcome =
        Toy.search(settings())
            .run(
                folder,
                genome -> {
                  scored.put(genome.digest(), genome);
                  return Toy.evaluate(genome);
                },
                2,
                SearchListener.NONE);
    RunHistory history = RunHistory.read(RunHistory.journal(folder));
    Pedigree pedigree = Pedigree.of(history, Toy.LAYOUT, SearchStrategy.Catalogue.CYCLEQD);
    assertThat(history.candidates()).hasSize(63);
    for (CandidateRecord candidate : history.candidates()) {
      assertThat(pedigree.candidate(candidate.number()).digest()).isEqualTo(candidate.genome());
      assertThat(scored).containsKey(candidate.genome());
    }
    assertThat(pedigree.best()).contains(outcome.best().orElseThrow().candidate().number());
    assertThat(pedigree.aggregate().genome().digest())
        .isEqualTo(outcome.aggregate().genome().digest());
    assertThat(pedigree.aggregate().betas()).isEqualTo(outcome.aggregate().betas());
  }

  @Test
  void refusesOtherCandidatesLayoutsAndGenomes() throws Exception {
    Toy.run(folder, settings());
    RunHistory history = RunHistory.read(RunHistory.journal(folder));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Pedigree.of(history, Toy.LAYOUT, SearchStrategy.Catalogue.CYCLEQD).candidate(63))
        .withMessage("candidate: found 63, expected one from 0 to 62");
    GenomeLayout other = new GenomeLayout(List.of("a", "b", "c"), Toy.LAYOUT.tensors());
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> Pedigree.of(history, other, SearchStrategy.Catalogue.CYCLEQD))
        .withMessageContaining("layout: found experts and tensors with digest");
    RunHistory changed =
        new RunHistory(
            history.digest(),
            history.header(),
            history.axes(),
            history.candidates().stream()
                .map(candidate ->
                    candidate.number() == 5
                        ? new CandidateRecord(
                            5, candidate.origin(), "0".repeat(64), candidate.result())
                        : candidate)
                .toList(),
            history.archives(),
            history.curve(),
            history.rounds());
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(
            () -> Pedigree.of(changed, Toy.LAYOUT, SearchStrategy.Catalogue.CYCLEQD).candidate(5))
        .withMessageContaining("candidate 5: found a genome with digest")
        .withMessageContaining("expected the recorded 000");
  }
}
