package org.cycleqd.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows between modules and the laws of the code base, read from the class files. */
class ArchitectureTest {

  private static final String ROOT = "org.cycleqd.";

  private static final Set<String> ARCHIVES = Set.of("archive");
  private static final Set<String> MERGE_OPS =
      Set.of("digest", "tensor", "torch", "llvm", "checkpoint", "merge", "random");
  private static final Set<String> SVD_MUTATION = Set.of("spectral");
  private static final Set<String> ENGINE = Set.of("engine");
  private static final Set<String> EVALUATORS =
      Set.of("lm", "dialogue", "serve", "task", "sandbox", "remote", "evaluation", "pool");
  private static final Set<String> RESULTS = Set.of("figure", "report", "dashboard", "export");
  private static final Set<String> EXPERIMENTS =
      Set.of("experiment", "cli", "training", "adaptation", "study");

  private static final List<Set<String>> MODULES =
      List.of(ARCHIVES, MERGE_OPS, SVD_MUTATION, ENGINE, EVALUATORS, RESULTS, EXPERIMENTS);

  /** For each module, the packages of ours that it may import beside its own. */
  private static final Map<Set<String>, Set<String>> ARROWS =
      Map.of(
          ARCHIVES, Set.of(),
          MERGE_OPS, Set.of(),
          SVD_MUTATION, MERGE_OPS,
          // Random draws and digests of merge-ops are part of what svd-mutation offers.
          ENGINE, union(List.of(ARCHIVES, SVD_MUTATION, Set.of("digest", "random"))),
          EVALUATORS, union(List.of(ENGINE, SVD_MUTATION, MERGE_OPS)),
          // Genomes, which the engine hands out, are svd-mutation's.
          RESULTS, union(List.of(ENGINE, ARCHIVES, MERGE_OPS, SVD_MUTATION)),
          EXPERIMENTS,
              union(List.of(ARCHIVES, MERGE_OPS, SVD_MUTATION, ENGINE, EVALUATORS, RESULTS)));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.cycleqd");

  @Test
  void everyModuleIsLookedAt() {
    Set<String> seen =
        CLASSES.stream().map(ArchitectureTest::topPackage).collect(Collectors.toSet());
    assertThat(MODULES).allSatisfy(module -> assertThat(seen).containsAnyElementsOf(module));
    assertThat(seen).as("packages that belong to a module").isSubsetOf(union(MODULES));
  }

  @Test
  void modulesImportOnlyAlongTheArrows() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      Set<String> own = moduleOf(topPackage(type));
      Set<String> allowed = union(List.of(own, ARROWS.getOrDefault(own, Set.of())));
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith(ROOT) && !allowed.contains(topPackage(target))) {
          wrong.add(type.getName() + " imports " + target.getName());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheCommandLineUsesTheStandardStreams() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "cli..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(CLASSES);
  }

  @Test
  void noRandomnessIsHidden() {
    noClasses()
        .should()
        .dependOnClassesThat(
            belongToAnyOf(Random.class, ThreadLocalRandom.class, SplittableRandom.class))
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(StrictMath.class, "random")
        .orShould()
        .callMethod(Collections.class, "shuffle", List.class)
        .because("every draw comes from org.cycleqd.random.Draws")
        .check(CLASSES);
  }

  @Test
  void noStaticFieldCanBeAssigned() {
    fields().that().areStatic().should().beFinal().check(CLASSES);
  }

  private static String topPackage(JavaClass type) {
    return type.getPackageName().substring(ROOT.length()).split("\\.", 2)[0];
  }

  private static Set<String> moduleOf(String topPackage) {
    return MODULES.stream()
        .filter(module -> module.contains(topPackage))
        .findFirst()
        .orElseThrow(() -> new AssertionError(topPackage + " belongs to no module"));
  }

  private static Set<String> union(List<Set<String>> sets) {
    return sets.stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
  }
}
