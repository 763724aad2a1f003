package org.cycleqd.experiment;

import java.nio.file.Path;

/**
 * What a run leaves behind.
 *
 * @param folder holds one folder per run; relative to the working directory
 * @param export whether the final models are written as Hugging Face folders
 * @param answers whether what each candidate answers is kept
 */
public record OutputConfig(
    @WorkingDirectory @Default("runs") Path folder,
    @Default("true") boolean export,
    @Default("false") boolean answers) {}
