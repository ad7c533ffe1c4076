package io.balsa.raft.examples.kvstore;

import io.balsa.raft.examples.kvstore.KvClient.UnknownOutcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** The commands {@code put}, {@code get}, {@code delete} and {@code cas}. */
final class ClientCommands {

    private ClientCommands() {}

    private static String cannot(String what, Path file, IOException cause) {
        return "the file " + file + " cannot be " + what + " ("
                + cause.getClass().getSimpleName() + ")";
    }

    /** What these commands share. */
    abstract static sealed class KeyCommand implements Callable<Integer> permits Put, Get, Delete, Cas {

        @Mixin
        final ClusterOptions options = new ClusterOptions();

        @Parameters(index = "0", paramLabel = "KEY", description = "The key: 1 to 1024 bytes of UTF-8.")
        String key = "";

        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        CommandSpec spec;

        final PrintWriter out() {
            return spec.commandLine().getOut();
        }

        final void oneOf(boolean first, boolean second, String sentence) {
            if (first == second) {
                throw new ParameterException(spec.commandLine(), sentence);
            }
        }

        final String checkedKey() {
            return HttpUrls.decodeKey(HttpUrls.encodeKey(key));
        }
    }

    /** What {@code put} and {@code delete} share. */
    static final class RetryOptions {

        @Option(
                names = "--retry-unknown",
                description = "Try again even if the write may have happened already. Safe only for a key that nobody"
                        + " else writes at the same time: a second attempt could undo the write of another.")
        private boolean retryUnknown;

        UnknownOutcome unknownOutcome() {
            return retryUnknown ? UnknownOutcome.RETRY : UnknownOutcome.FAIL;
        }
    }

    /** {@code kvstore put}. */
    @Command(name = "put", description = "Sets a key.")
    static final class Put extends KeyCommand {

        @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "The value, or --file.")
        private @Nullable String value;

        @Option(names = "--file", paramLabel = "FILE", description = "Take the content of a file as the value.")
        private @Nullable Path file;

        @Mixin
        private final RetryOptions retry = new RetryOptions();

        @Override
        public Integer call() throws CommandFailure {
            oneOf(value != null, file != null, "a put needs VALUE or --file, and not both");
            options.client(retry.unknownOutcome()).put(checkedKey(), value());
            return ExitCode.OK;
        }

        private byte[] value() throws CommandFailure {
            if (file == null) {
                return String.valueOf(value).getBytes(StandardCharsets.UTF_8);
            }
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new CommandFailure(ExitCode.FAILED, cannot("read", file, e));
            }
        }
    }

    /** {@code kvstore get}. */
    @Command(name = "get", description = "Prints the value of a key, as of now, whichever server answers.")
    static final class Get extends KeyCommand {

        @Option(names = "--file", paramLabel = "FILE", description = "Write the value to a file, byte by byte.")
        private @Nullable Path file;

        @Override
        public Integer call() throws CommandFailure {
            Optional<byte[]> value = options.client(UnknownOutcome.FAIL).get(checkedKey());
            if (value.isEmpty()) {
                throw new CommandFailure(ExitCode.FAILED, "there is no key '" + key + "'");
            }
            if (file == null) {
                out().println(new String(value.get(), StandardCharsets.UTF_8));
            } else {
                write(file, value.get());
            }
            return ExitCode.OK;
        }

        private static void write(Path file, byte[] value) throws CommandFailure {
            try {
                Files.write(file, value);
            } catch (IOException e) {
                throw new CommandFailure(ExitCode.FAILED, cannot("written", file, e));
            }
        }
    }

    /** {@code kvstore delete}. */
    @Command(name = "delete", description = "Makes a key absent; not an error if it is.")
    static final class Delete extends KeyCommand {

        @Mixin
        private final RetryOptions retry = new RetryOptions();

        @Override
        public Integer call() {
            boolean existed = options.client(retry.unknownOutcome()).delete(checkedKey());
            out().println(existed ? "deleted" : "was absent");
            return ExitCode.OK;
        }
    }

    /** {@code kvstore cas}. */
    @Command(name = "cas", description = "Compare-and-set: changes a key if it holds what is expected.")
    static final class Cas extends KeyCommand {

        /** What the key must hold. */
        static final class Expectation {
            @Option(names = "--expect", paramLabel = "VALUE", description = "Only if the key holds this.")
            @Nullable
            String expect;

            @Option(names = "--expect-absent", description = "Only if there is no such key.")
            boolean absent;
        }

        @ArgGroup(multiplicity = "1")
        private Expectation expectation = new Expectation();

        @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "The new value, or --delete.")
        private @Nullable String value;

        @Option(names = "--delete", description = "Make the key absent.")
        private boolean delete;

        @Override
        public Integer call() throws CommandFailure {
            oneOf(value != null, delete, "a cas needs VALUE or --delete, and not both");
            Optional<JsonNode> mismatch =
                    options.client(UnknownOutcome.FAIL).compareAndSet(checkedKey(), expectation.expect, value);
            if (mismatch.isPresent()) {
                throw new CommandFailure(ExitCode.FAILED, "nothing was changed: " + describe(mismatch.get()));
            }
            return ExitCode.OK;
        }

        private static String describe(JsonNode mismatch) {
            JsonNode actual = mismatch.path("actual");
            if (actual.isString()) {
                return "the key holds '" + actual.stringValue() + "'";
            }
            return actual.isNull() ? "there is no such key" : "the key holds bytes that are not text";
        }
    }
}
