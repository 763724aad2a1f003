package org.cycleqd.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.ItemScores;
import org.cycleqd.evaluation.LocalRespondent;
import org.cycleqd.evaluation.Response;
import org.cycleqd.lm.Decoding;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.Request;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.Verdict;

/**
 * The exams of all tasks, tokenised once and put to many models. Safe for use from several threads
 * with a model each.
 */
public final class Examination {

  private final List<Exam> exams;
  private final Tokenizer tokenizer;
  private final Decoding decoding;
  private final List<Request> requests;

  private Examination(
      List<Exam> exams, Tokenizer tokenizer, Decoding decoding, List<Request> requests) {
    this.exams = exams;
    this.tokenizer = tokenizer;
    this.decoding = decoding;
    this.requests = requests;
  }

  /**
   * Prepares exams.
   *
   * @param exams in task order
   * @param tokenizer stays open as long as the examination is used
   * @param format how prompts and drafts become tokens
   * @param drafts whether the reference answers are offered as drafts; it changes only the speed
   */
  public static Examination of(
      List<Exam> exams,
      Tokenizer tokenizer,
      TextModel.Format format,
      Decoding decoding,
      boolean drafts) {
    List<Request> requests = new ArrayList<>();
    for (Exam exam : exams) {
      for (Item item : written(exam)) {
        requests.add(request(exam, item, tokenizer, format, drafts));
      }
    }
    return new Examination(List.copyOf(exams), tokenizer, decoding, List.copyOf(requests));
  }

  /** The items that are answered in writing: all, or none. */
  private static List<Item> written(Exam exam) {
    return switch (exam.task().asking()) {
      case Asking.Line _, Asking.Completion _ -> exam.items();
      case Asking.Choice _, Asking.Probability _ -> List.of();
    };
  }

  private static Request request(
      Exam exam, Item item, Tokenizer tokenizer, TextModel.Format format, boolean drafts) {
    return switch (exam.task().asking()) {
      case Asking.Line _ ->
          format.request(tokenizer, item.prompt(), drafts ? item.reference() : "");
      case Asking.Completion _ ->
          new Request(
              format.prompt(tokenizer, item.prompt()),
              drafts ? tokenizer.encode(item.reference()) : new int[0]);
      case Asking.Choice _, Asking.Probability _ ->
          throw new IllegalStateException(exam.name() + " is not answered in writing");
    };
  }

  /** The exams, in task order. */
  public List<Exam> exams() {
    return exams;
  }

  /** Number of items of all exams. */
  public int items() {
    return exams.stream().mapToInt(exam -> exam.items().size()).sum();
  }

  /** Lets a model answer everything and judges the answers. */
  public Evaluation grade(LiveModel model) {
    return grade(model, List.of()).evaluation();
  }

  /**
   * What came of an examination.
   *
   * @param answers the tokens of all written answers, in the order of exams and items
   */
  record Graded(Evaluation evaluation, List<int[]> answers) {}

  /**
   * Lets a model answer everything and judges the answers.
   *
   * @param guesses answers of a model that is like this one, in place of the references as drafts;
   *     empty if there is none
   */
  Graded grade(LiveModel model, List<int[]> guesses) {
    List<TextModel.Answered> answered =
        new TextModel(model, tokenizer).answers(drafted(guesses), decoding);
    List<ItemScores> scores = new ArrayList<>();
    int from = 0;
    for (Exam exam : exams) {
      int to = from + written(exam).size();
      List<String> answers =
          to > from
              ? answered.subList(from, to).stream().map(each -> text(exam, each)).toList()
              : probable(model, exam);
      List<Verdict> verdicts = exam.task().judge(exam.items(), answers);
      scores.add(ItemScores.of(verdicts.stream().mapToDouble(Verdict::score).toArray()));
      from = to;
    }
    return new Graded(
        new Evaluation(scores), answered.stream().map(TextModel.Answered::ids).toList());
  }

  private List<String> probable(LiveModel model, Exam exam) {
    LocalRespondent respondent =
        new LocalRespondent(model, tokenizer, model.runtime().config(), Optional.empty());
    return respondent.answer(exam.task().asking(), exam.items(), OptionalInt.empty()).stream()
        .map(Response::answer)
        .toList();
  }

  private String text(Exam exam, TextModel.Answered answered) {
    return exam.task().asking() instanceof Asking.Completion how
        ? how.cut(tokenizer.decode(answered.ids()))
        : answered.text();
  }

  private List<Request> drafted(List<int[]> guesses) {
    if (guesses.isEmpty()) {
      return requests;
    }
    List<Request> drafted = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      drafted.add(new Request(requests.get(i).prompt(), guesses.get(i)));
    }
    return drafted;
  }
}
