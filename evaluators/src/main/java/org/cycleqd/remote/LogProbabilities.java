package org.cycleqd.remote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Reads log-probabilities in both dialects: four parallel lists, as vLLM's and SGLang's completions
 * give them, and one list {@code content} of objects, as all chats and llama.cpp's completions do.
 */
final class LogProbabilities {

  private LogProbabilities() {}

  /** The tokens of {@code choices[0].logprobs}; none if the server reports none. */
  static List<TokenLogProbability> read(Field field) throws RemoteException {
    if (!field.isThere()) {
      return List.of();
    }
    if (field.at("content").isList()) {
      return objects(field.at("content"));
    }
    if (field.at("tokens").isList()) {
      return parallel(field);
    }
    // A chat whose answer is empty has a list that is null.
    if (field.fields().values().stream().noneMatch(Field::isThere)) {
      return List.of();
    }
    throw field.refusal("a list 'content' or a list 'tokens'");
  }

  private static List<TokenLogProbability> objects(Field content) throws RemoteException {
    List<TokenLogProbability> tokens = new ArrayList<>();
    for (Field entry : content.elements()) {
      Map<String, Double> alternatives = new HashMap<>();
      if (entry.at("top_logprobs").isThere()) {
        for (Field other : entry.at("top_logprobs").elements()) {
          alternatives.merge(other.at("token").text(), value(other.at("logprob")), Math::max);
        }
      }
      tokens.add(
          new TokenLogProbability(
              entry.at("token").text(),
              OptionalDouble.of(value(entry.at("logprob"))),
              OptionalInt.empty(),
              alternatives));
    }
    return tokens;
  }

  private static List<TokenLogProbability> parallel(Field field) throws RemoteException {
    List<Field> texts = field.at("tokens").elements();
    List<Field> values = list(field.at("token_logprobs"), texts.size(), true);
    List<Field> tops = list(field.at("top_logprobs"), texts.size(), false);
    List<Field> offsets = list(field.at("text_offset"), texts.size(), false);
    List<TokenLogProbability> tokens = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Map<String, Double> alternatives = new HashMap<>();
      if (!tops.isEmpty() && tops.get(i).isThere()) {
        for (Map.Entry<String, Field> top : tops.get(i).fields().entrySet()) {
          alternatives.put(top.getKey(), value(top.getValue()));
        }
      }
      Field own = values.get(i);
      tokens.add(
          new TokenLogProbability(
              texts.get(i).text(),
              own.isThere() ? OptionalDouble.of(value(own)) : OptionalDouble.empty(),
              offsets.isEmpty() ? OptionalInt.empty() : offset(offsets.get(i)),
              alternatives));
    }
    return tokens;
  }

  /** SGLang writes -1 for an offset that it does not know. */
  private static OptionalInt offset(Field field) throws RemoteException {
    OptionalInt offset = field.optionalInteger();
    return offset.orElse(-1) < 0 ? OptionalInt.empty() : offset;
  }

  private static List<Field> list(Field field, int size, boolean needed) throws RemoteException {
    if (!needed && !field.isThere()) {
      return List.of();
    }
    List<Field> elements = field.elements();
    if (elements.size() == size || (!needed && elements.isEmpty())) {
      return elements;
    }
    throw field.refusal(
        "%d elements".formatted(elements.size()), "%d, one a token".formatted(size));
  }

  /** A number that can be one: logits and probabilities, which some servers can be set to, not. */
  private static double value(Field field) throws RemoteException {
    double value = field.number();
    if (!TokenLogProbability.isPossible(value)) {
      throw field.refusal("a log-probability, at most 0");
    }
    return value;
  }
}
