package org.cycleqd.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.cycleqd.lm.text.Tokenizer;

/** What single tokens spell; parts of characters become U+FFFD. */
record TokenText(Tokenizer tokenizer) {

  String of(int id) {
    return new String(bytes(id), UTF_8);
  }

  byte[] bytes(int id) {
    return tokenizer.bytes(id);
  }
}
