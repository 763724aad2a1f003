package org.cycleqd.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.ItemScores;
import org.cycleqd.engine.Question;
import org.cycleqd.evaluation.AnswerCache;
import org.cycleqd.evaluation.HandingRespondent;
import org.cycleqd.evaluation.Handover;
import org.cycleqd.evaluation.LocalRespondent;
import org.cycleqd.evaluation.Response;
import org.cycleqd.evaluation.Sample;
import org.cycleqd.evaluation.Talking;
import org.cycleqd.evaluation.TaskEvaluation;
import org.cycleqd.lm.Decoding;
import org.cycleqd.lm.Generation;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.Request;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.TextStops;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.task.Asking;
import org.cycleqd.task.DialogueTask;
import org.cycleqd.task.Item;
import org.cycleqd.task.Verdict;

/**
 * The exams of all tasks, tokenised once and put to many models. Safe for use from several threads
 * with a model each.
 */
public final class Examination {

  private static final double NANOS = 1e9;

  private final List<Exam> exams;
  private final Tokenizer tokenizer;
  private final Decoding decoding;
  private final List<Request> requests;
  private final Optional<Handover> handover;
  private final Talking talking;

  private Examination(
      List<Exam> exams,
      Tokenizer tokenizer,
      Decoding decoding,
      List<Request> requests,
      Optional<Handover> handover,
      Talking talking) {
    this.exams = exams;
    this.tokenizer = tokenizer;
    this.decoding = decoding;
    this.requests = requests;
    this.handover = handover;
    this.talking = talking;
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
        requests.add(request(exam, item, tokenizer, format, drafts));
      }
    }
    return new Examination(
        List.copyOf(exams),
        tokenizer,
        decoding,
        List.copyOf(requests),
        Optional.empty(),
        Talking.none());
  }

  /** The same, with a way to give models to programs that score them. */
  public Examination with(Handover given) {
    return new Examination(exams, tokenizer, decoding, requests, Optional.of(given), talking);
  }

  /** The same, with a way to carry on dialogues. */
  public Examination with(Talking way) {
    return new Examination(exams, tokenizer, decoding, requests, handover, way);
  }

  private static boolean written(Exam exam) {
    return switch (exam.task().asking()) {
      case Asking.Line _, Asking.Completion _ -> true;
      case Asking.Choice _, Asking.Probability _, Asking.Program _, Asking.Talk _ -> false;
    };
  }

  /** What is asked in writing; of other items only the prompt is known. */
  private static Request request(
      Exam exam, Item item, Tokenizer tokenizer, TextModel.Format format, boolean drafts) {
    return switch (exam.task().asking()) {
      case Asking.Line _ ->
          format.request(tokenizer, item.prompt(), drafts ? item.reference() : "");
      case Asking.Completion _ ->
          new Request(
              format.prompt(tokenizer, item.prompt()),
              drafts ? tokenizer.encode(item.reference()) : new int[0]);
      case Asking.Choice _, Asking.Probability _, Asking.Program _, Asking.Talk _ ->
          new Request(format.prompt(tokenizer, item.prompt()), new int[0]);
    };
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
    double[] all = grade(model, questions(), List.of()).scores();
    List<ItemScores> scores = new ArrayList<>();
    int from = 0;
    for (Exam exam : exams) {
      int to = from + exam.items().size();
      scores.add(ItemScores.of(Arrays.copyOfRange(all, from, to)));
      from = to;
    }
    return new Evaluation(scores);
  }

  private List<Question> questions() {
    List<Question> all = new ArrayList<>();
    for (int task = 0; task < exams.size(); task++) {
      for (int item = 0; item < exams.get(task).items().size(); item++) {
        all.add(new Question(task, item));
      }
    }
    return all;
  }

  /**
   * What came of some questions.
   *
   * @param samples in the order of the questions
   * @param answers the tokens of the answers, likewise
   */
  record Graded(List<Sample> samples, List<int[]> answers) {

    /** In [0, 1]. */
    double[] scores() {
      return samples.stream().mapToDouble(sample -> sample.verdict().score()).toArray();
    }
  }

  /**
   * Lets a model answer some questions and judges the answers.
   *
   * @param guesses all answers of a model that is like this one, in the order of exams and items,
   *     in place of the references as drafts; empty if there is none
   */
  Graded grade(LiveModel model, List<Question> questions, List<int[]> guesses) {
    int[][] answers = new int[questions.size()][0];
    String[] texts = new String[questions.size()];
    long start = System.nanoTime();
    write(model, questions, guesses, answers, texts);
    double written = (System.nanoTime() - start) / NANOS / Math.max(1, questions.size());
    Sample[] samples = new Sample[questions.size()];
    for (int task = 0; task < exams.size(); task++) {
      int[] places = places(questions, task);
      if (places.length == 0) {
        continue;
      }
      long begun = System.nanoTime();
      Exam exam = exams.get(task);
      List<Item> items =
          Arrays.stream(places).mapToObj(i -> exam.items().get(questions.get(i).item())).toList();
      List<Sample> marked =
          exam.task() instanceof DialogueTask dialogues
              ? carriedOn(model, dialogues, items)
              : judged(
                  exam,
                  items,
                  written(exam)
                      ? Arrays.stream(places)
                          .mapToObj(i -> new Response(texts[i], List.of(), answers[i].length))
                          .toList()
                      : respond(model, exam, items),
                  begun,
                  written(exam) ? written : 0);
      for (int i = 0; i < places.length; i++) {
        samples[places[i]] = marked.get(i).at(questions.get(places[i]).item());
      }
    }
    return new Graded(List.of(samples), List.of(answers));
  }

  private static List<Sample> judged(
      Exam exam, List<Item> items, List<Response> responses, long begun, double before) {
    List<Verdict> verdicts =
        exam.task().judge(items, responses.stream().map(Response::answer).toList());
    double each = before + (System.nanoTime() - begun) / NANOS / items.size();
    return IntStream.range(0, items.size())
        .mapToObj(i ->
            new Sample(
                exam.task().name(),
                i,
                0,
                items.get(i),
                exam.task().asking(),
                responses.get(i),
                verdicts.get(i),
                each))
        .toList();
  }

  private static int[] places(List<Question> questions, int task) {
    return IntStream.range(0, questions.size())
        .filter(i -> questions.get(i).task() == task)
        .toArray();
  }

  /** Lets the model write the answers of all tasks that want it, in one batch. */
  private void write(
      LiveModel model,
      List<Question> questions,
      List<int[]> guesses,
      int[][] answers,
      String[] texts) {
    int[] places =
        IntStream.range(0, answers.length)
            .filter(i -> written(exams.get(questions.get(i).task())))
            .toArray();
    List<Request> asked =
        Arrays.stream(places).mapToObj(i -> request(questions.get(i), guesses)).toList();
    List<Generation> ways =
        Arrays.stream(places)
            .mapToObj(i -> generation(exams.get(questions.get(i).task())))
            .toList();
    List<TextModel.Answered> answered =
        new TextModel(model, tokenizer).answers(asked, ways, decoding.rows());
    for (int i = 0; i < places.length; i++) {
      Exam exam = exams.get(questions.get(places[i]).task());
      answers[places[i]] = answered.get(i).ids();
      texts[places[i]] =
          exam.task().asking() instanceof Asking.Completion how
              ? how.cut(tokenizer.decode(answered.get(i).ids()))
              : answered.get(i).text();
    }
  }

  /** An answer ends as soon as one of its task's stop texts appears. */
  private Generation generation(Exam exam) {
    Generation greedy = Generation.greedy(decoding.limit(), decoding.ends());
    return exam.task().asking() instanceof Asking.Completion how
        ? greedy.until(TextStops.of(tokenizer, how.stops()))
        : greedy;
  }

  private List<Sample> carriedOn(LiveModel model, DialogueTask task, List<Item> items) {
    LocalRespondent respondent = respondent(model);
    try {
      return new TaskEvaluation(respondent, AnswerCache.inMemory(), OptionalInt.empty())
          .run(task, items, _ -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while dialogues were carried on");
    }
  }

  private LocalRespondent respondent(LiveModel model) {
    return new LocalRespondent(
        model, tokenizer, model.runtime().config(), Optional.empty(), talking);
  }

  private List<Response> respond(LiveModel model, Exam exam, List<Item> items) {
    if (exam.task().asking() instanceof Asking.Program how) {
      return handed(model, how, items);
    }
    return respondent(model)
        .answer(exam.task().asking(), items, OptionalInt.empty(), _ -> Sampling.greedy());
  }

  private List<Response> handed(LiveModel model, Asking.Program how, List<Item> items) {
    Handover given =
        handover.orElseThrow(
            () -> new IllegalStateException("there is no way to give a model to a program"));
    try {
      return new HandingRespondent(respondent(model), model, given)
          .answer(how, items, OptionalInt.empty(), _ -> Sampling.greedy());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a program scored a model");
    }
  }

  /** The first prompt of each task that has prompts. */
  List<int[]> probes() {
    return firsts().stream().map(first -> request(first, List.of()).prompt()).toList();
  }

  /** A model's answers to the first prompt of each task. */
  List<int[]> probeAnswers(LiveModel model) {
    return model.generate(
        firsts().stream().map(first -> request(first, List.of())).toList(), decoding);
  }

  private List<Question> firsts() {
    return IntStream.range(0, exams.size())
        .filter(task -> !(exams.get(task).task().asking() instanceof Asking.Program))
        .mapToObj(task -> new Question(task, 0))
        .toList();
  }

  /** Most new tokens of an answer. */
  int limit() {
    return decoding.limit();
  }

  /** A question's place in the order of exams and items. */
  int place(Question question) {
    int place = question.item();
    for (int task = 0; task < question.task(); task++) {
      place += exams.get(task).items().size();
    }
    return place;
  }

  private Request request(Question question, List<int[]> guesses) {
    int place = place(question);
    Request request = requests.get(place);
    return guesses.isEmpty() ? request : new Request(request.prompt(), guesses.get(place));
  }
}
