package org.cycleqd.serve;

import org.cycleqd.lm.Token;

/**
 * A token with the text that it completes.
 *
 * @param text empty where a character needs more tokens
 */
record Spoken(String text, Token token) {}
