package org.cycleqd.task.code;

/** Prompts as they were published with the evaluations that figures are compared with. */
final class Prompts {

  private Prompts() {}

  /**
   * Magicoder's prompt for a problem of MBPP+, which the CycleQD paper evaluates with; the answer
   * begins within a fence.
   *
   * @param docstring the task in triple quotes, then one assertion
   */
  static String instructed(String docstring) {
    String text =
        docstring.substring(docstring.indexOf("\"\"\"") + 3, docstring.lastIndexOf("\"\"\""));
    int at = text.indexOf("assert");
    String order = text.substring(0, at).strip();
    return """
    You are an exceptionally intelligent coding assistant that consistently delivers accurate and \
    reliable responses to user instructions.

    @@ Instruction
    %s%s Your code should satisfy the following assertion:
    ```python
    %s
    ```

    @@ Response
    ```python
    """
        .formatted(order, order.endsWith(".") ? "" : ".", text.substring(at).strip());
  }

  /** A problem of MBPP with its assertions, up to where the answer begins (Austin et al. 2021). */
  static String mbpp(String order, String assertions) {
    return """
    You are an expert Python programmer, and here is your task: %s Your code should pass these \
    tests:

    %s
    [BEGIN]
    """
        .formatted(order, assertions);
  }
}
