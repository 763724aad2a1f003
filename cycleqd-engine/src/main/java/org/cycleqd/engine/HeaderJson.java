package org.cycleqd.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.cycleqd.archive.AddRule;
import org.cycleqd.spectral.ChildSvdMutation;
import org.cycleqd.spectral.CoefficientGaussianMutation;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Granularity;
import org.cycleqd.spectral.LiteralMutation;
import org.cycleqd.spectral.Mutation;
import org.cycleqd.spectral.TopSingularMutation;

/** Writes and reads the header of a journal. The field order is that of the records. */
final class HeaderJson {

  static final String TYPE = "header";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addMixIn(Mutation.class, MutationNames.class)
          // A flag that is not set is not written, so that journals stay what they were before it.
          .withConfigOverride(
              boolean.class,
              flags ->
                  flags.setInclude(
                      JsonInclude.Value.construct(
                          JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.NON_DEFAULT)))
          .addMixIn(Sampling.class, SamplingNames.class)
          .addMixIn(AddRule.class, AddRuleNames.class)
          .addMixIn(Stopping.class, StoppingNames.class)
          .addMixIn(Granularity.class, GranularityNames.class)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private HeaderJson() {}

  static ObjectNode write(RunHeader header) {
    ObjectNode node = MAPPER.createObjectNode().put("type", TYPE);
    return node.setAll(MAPPER.<ObjectNode>valueToTree(header));
  }

  static RunHeader read(JsonNode node) throws JournalException {
    if (!node.path("type").asText().equals(TYPE)
        || node.path("format").asInt() != RunHeader.FORMAT) {
      throw new JournalException(
          "expected a header of format %d, found type %s of format %s"
              .formatted(RunHeader.FORMAT, node.path("type"), node.path("format")));
    }
    ObjectNode fields = node.deepCopy();
    fields.remove("type");
    try {
      return MAPPER.treeToValue(fields, RunHeader.class);
    } catch (JsonProcessingException e) {
      throw new JournalException("the header cannot be read: " + e.getOriginalMessage());
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "operator")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ExpertBasisMutation.class, name = "expert-basis"),
    @JsonSubTypes.Type(value = LiteralMutation.class, name = "literal"),
    @JsonSubTypes.Type(value = ChildSvdMutation.class, name = "child-svd"),
    @JsonSubTypes.Type(value = TopSingularMutation.class, name = "top-singular"),
    @JsonSubTypes.Type(value = CoefficientGaussianMutation.class, name = "coefficient-gaussian")
  })
  private interface MutationNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "method")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Sampling.Elite.class, name = "elite"),
    @JsonSubTypes.Type(value = Sampling.Uniform.class, name = "uniform")
  })
  private interface SamplingNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "rule")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = AddRule.Strict.class, name = "strict"),
    @JsonSubTypes.Type(value = AddRule.Confident.class, name = "confident"),
    @JsonSubTypes.Type(value = AddRule.Soft.class, name = "soft"),
    @JsonSubTypes.Type(value = AddRule.DominatedNovelty.class, name = "dominated-novelty")
  })
  private interface AddRuleNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "rule")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Stopping.Lossless.class, name = "lossless"),
    @JsonSubTypes.Type(value = Stopping.Racing.class, name = "racing"),
    @JsonSubTypes.Type(value = Stopping.Predictive.class, name = "predictive")
  })
  private interface StoppingNames {}

  private abstract static class GranularityNames {
    @JsonValue
    abstract String spelling();

    @JsonCreator
    static Granularity of(String spelling) {
      return Granularity.of(spelling);
    }
  }
}
