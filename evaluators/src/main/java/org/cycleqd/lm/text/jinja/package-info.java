/**
 * Jinja as chat templates use it: the language of Jinja2 3.1 within the environment that Hugging
 * Face Transformers gives to templates ({@code trim_blocks}, {@code lstrip_blocks}, loop controls,
 * no escaping, nothing that can be changed in place).
 *
 * <p>{@link org.cycleqd.lm.text.jinja.Template} is the way in. A source is split into text and
 * tags, the tags are parsed into sealed trees, and a rendering walks them with values that are
 * strings, numbers, lists and maps only: there is no way from a template to a class or a method of
 * Java. Whatever is not known is refused with name, line and reason, never passed over, because a
 * prompt that is nearly right scores a model wrongly without a trace. A template is a stranger's
 * program, so that steps, memory, output and depth have {@link org.cycleqd.lm.text.jinja.Limits}.
 *
 * <p>Not known: inheritance and inclusion, {@code call} and {@code filter} blocks, recursive loops,
 * argument unpacking, formatting with {@code %}, and escaping of HTML.
 */
@NullMarked
package org.cycleqd.lm.text.jinja;

import org.jspecify.annotations.NullMarked;
