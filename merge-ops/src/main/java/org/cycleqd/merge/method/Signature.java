package org.cycleqd.merge.method;

import java.util.List;

/**
 * What a method is called and wants.
 *
 * @param name its name in recipes
 * @param base what the base model is to it
 * @param minimum fewest models, the base not counted unless it is an input
 * @param maximum most models
 * @param perModel parameters of each model
 * @param perTensor parameters of the merge as a whole
 */
public record Signature(
    String name,
    Base base,
    int minimum,
    int maximum,
    List<Parameter> perModel,
    List<Parameter> perTensor) {

  /** What the base model is to a method. */
  public enum Base {
    /** Must be given; task vectors start from it. */
    REQUIRED,
    /** May be given; task vectors then start from it. */
    OPTIONAL,
    /** An input like the others where it is listed; only a donor of configuration otherwise. */
    LISTED,
    /** One more input. */
    INPUT
  }

  /** Copies the lists. */
  public Signature {
    perModel = List.copyOf(perModel);
    perTensor = List.copyOf(perTensor);
  }
}
