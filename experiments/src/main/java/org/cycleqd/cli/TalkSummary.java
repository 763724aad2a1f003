package org.cycleqd.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cycleqd.evaluation.Sample;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Recording;

/**
 * How the dialogues of a task went.
 *
 * @param ends how many ended in which way
 * @param replies of the model in a dialogue, the mean
 * @param tokens of these replies in a dialogue, the mean
 */
record TalkSummary(Map<Recording.End, Integer> ends, double replies, double tokens) {

  /** Of samples; empty if they are no dialogues. */
  static Optional<TalkSummary> of(List<Sample> samples) {
    if (samples.isEmpty() || !(samples.getFirst().asking() instanceof Asking.Talk)) {
      return Optional.empty();
    }
    Map<Recording.End, Integer> ends = new EnumMap<>(Recording.End.class);
    double replies = 0;
    double tokens = 0;
    for (Sample sample : samples) {
      Recording recording = Recording.parse(sample.response().answer());
      ends.merge(recording.end(), 1, Integer::sum);
      replies += recording.replies().size();
      tokens += sample.response().tokens();
    }
    return Optional.of(new TalkSummary(ends, replies / samples.size(), tokens / samples.size()));
  }

  void into(ObjectNode node) {
    node.put("replies", replies).put("tokens", tokens);
    ObjectNode counts = node.putObject("ends");
    ends.forEach((end, count) -> counts.put(end.label(), count));
  }

  String line(String task) {
    String counts =
        ends.entrySet().stream()
            .map(each -> "%d %s".formatted(each.getValue(), each.getKey().label()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s: dialogues ended by %s; %.1f replies and %.0f tokens each%n",
        task,
        counts,
        replies,
        tokens);
  }
}
