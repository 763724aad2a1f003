package org.cycleqd.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a request took.
 *
 * @param prompt tokens of the prompts
 * @param answer tokens of the answers, end tokens included
 */
record Usage(int prompt, int answer) {

  Usage plus(Usage other) {
    return new Usage(prompt + other.prompt, answer + other.answer);
  }

  ObjectNode json() {
    return Json.object()
        .put("prompt_tokens", prompt)
        .put("completion_tokens", answer)
        .put("total_tokens", prompt + answer);
  }
}
