package org.cycleqd.pool;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.ItemScores;
import org.cycleqd.lm.Decoding;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.Request;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;
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
      for (Item item : exam.items()) {
        requests.add(format.request(tokenizer, item.prompt(), drafts ? item.reference() : ""));
      }
    }
    return new Examination(List.copyOf(exams), tokenizer, decoding, List.copyOf(requests));
  }

  /** The exams, in task order. */
  public List<Exam> exams() {
    return exams;
  }

  /** Number of items of all exams. */
  public int items() {
    return requests.size();
  }

  /** Lets a model answer everything and judges the answers. */
  public Evaluation grade(LiveModel model) {
    return grade(model, List.of()).evaluation();
  }

  /**
   * What came of an examination.
   *
   * @param answers the tokens of all answers, in the order of exams and items
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
    List<String> answers = answered.stream().map(TextModel.Answered::text).toList();
    List<ItemScores> scores = new ArrayList<>();
    int from = 0;
    for (Exam exam : exams) {
      int to = from + exam.items().size();
      List<Verdict> verdicts = exam.task().judge(exam.items(), answers.subList(from, to));
      scores.add(ItemScores.of(verdicts.stream().mapToDouble(Verdict::score).toArray()));
      from = to;
    }
    return new Graded(
        new Evaluation(scores), answered.stream().map(TextModel.Answered::ids).toList());
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
