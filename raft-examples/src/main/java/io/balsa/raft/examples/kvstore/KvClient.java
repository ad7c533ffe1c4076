package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client of the store that finds the leader by itself and tries again what is safe to try again.
 *
 * <ul>
 *   <li>307, 503 and a connection that was refused mean that nothing happened: any request is sent again, elsewhere or
 *       after a pause, until the deadline.
 *   <li>504, a connection that broke and a server that does not answer leave it open what happened. A read is sent again.
 *       A put, a delete or a compare-and-set is not: although a second put writes the same value, it may come after the
 *       write of another client, or after a later one of this client if the first attempt is still on its way, and undo
 *       it. {@link UnknownOutcome#RETRY} is for keys with a single writer, which waits for each answer; it never
 *       applies to compare-and-set.
 * </ul>
 *
 * <p>Safe for use by several threads.
 */
final class KvClient {

    /** What to do about a put or delete that may or may not have happened. */
    enum UnknownOutcome {
        FAIL,
        RETRY
    }

    /** An answer that is no reason to try again. */
    record Answer(int status, Bytes body) {}

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration SHORTEST_ATTEMPT = Duration.ofMillis(500);
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 200;

    private final List<URI> cluster;
    private final Duration timeout;
    private final UnknownOutcome unknownOutcome;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private volatile URI preferred;

    /** A client of the cluster with these client addresses; no request takes longer than {@code timeout}. */
    KvClient(List<URI> cluster, Duration timeout, UnknownOutcome unknownOutcome) {
        this.cluster = List.copyOf(cluster);
        this.timeout = timeout;
        this.unknownOutcome = unknownOutcome;
        this.preferred = cluster.get(0);
    }

    /** Asks this server first the next time, instead of the one that answered last. */
    void beginWith(URI server) {
        preferred = server;
    }

    /** Sets a key. Returns when that is committed: the index at which it is. */
    long put(String key, byte[] value) {
        Answer answer = send("PUT", pathOf(key), value, unknownOutcome);
        expect(200, answer);
        return Json.readObject(answer.body().toArray()).path("index").asLong(0);
    }

    /** The value of a key as of now, whichever server answers. */
    Optional<byte[]> get(String key) {
        return read(pathOf(key));
    }

    /** The value of a key as the server that answers has it, which may be old. */
    Optional<byte[]> getLocal(String key) {
        return read(pathOf(key) + "?consistency=local");
    }

    /** The value of a key, as fresh as this query asks for. */
    Optional<byte[]> get(String key, String query) {
        return read(pathOf(key) + "?" + query);
    }

    private Optional<byte[]> read(String path) {
        Answer answer = send("GET", path, new byte[0], UnknownOutcome.RETRY);
        if (answer.status() == 404) {
            return Optional.empty();
        }
        expect(200, answer);
        return Optional.of(answer.body().toArray());
    }

    /** Makes a key absent. Returns when that is committed: whether it was there before. */
    boolean delete(String key) {
        Answer answer = send("DELETE", pathOf(key), new byte[0], unknownOutcome);
        expect(200, answer);
        return Json.readObject(answer.body().toArray()).path("existed").asBoolean(true);
    }

    /** Sets a key if it holds what is expected: empty if it did, else the answer of the server with the actual value. */
    Optional<JsonNode> compareAndSet(String key, @Nullable String expect, @Nullable String value) {
        Map<String, @Nullable String> body = new LinkedHashMap<>();
        body.put("expect", expect);
        body.put("value", value);
        Answer answer = send("POST", pathOf(key) + "/cas", Json.write(body).toArray(), UnknownOutcome.FAIL);
        if (answer.status() == 409) {
            return Optional.of(Json.readObject(answer.body().toArray()));
        }
        expect(200, answer);
        return Optional.empty();
    }

    /** What one server says about itself; not tried again. */
    JsonNode stats(URI server) {
        return ask(server, "/stats");
    }

    private JsonNode ask(URI server, String path) {
        try {
            HttpResponse<byte[]> response = exchange(server, "GET", path, new byte[0], timeout);
            Answer answer = new Answer(response.statusCode(), Bytes.copyOf(response.body()));
            expect(200, answer);
            return Json.readObject(answer.body().toArray());
        } catch (IOException e) {
            throw new KvClientException(Outcome.NOT_APPLIED, server + " does not answer: " + reasonOf(e));
        }
    }

    /** What one server knows of the members; not tried again. */
    JsonNode members(URI server) {
        return ask(server, "/admin/members");
    }

    /**
     * Asks the leader for what operators ask for, which may take as long as this client has time. What was refused is an
     * answer; if it cannot be known what happened, it is not asked for again.
     */
    Answer administer(String method, String path, byte[] body) {
        return send(method, path, body, UnknownOutcome.FAIL, timeout);
    }

    /** Asks this server, whether it leads or not. */
    Answer administer(URI server, String method, String path) {
        try {
            HttpResponse<byte[]> response = exchange(server, method, path, new byte[0], timeout);
            return new Answer(response.statusCode(), Bytes.owned(response.body()));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new KvClientException(Outcome.NOT_APPLIED, server + " cannot be reached");
        } catch (IOException e) {
            throw new KvClientException(Outcome.UNKNOWN, server + " did not answer: " + reasonOf(e));
        }
    }

    /** Fetches something into a new file. The answer has no body if it is a success. */
    Answer download(URI server, String path, Path file) {
        HttpResponse.BodyHandler<byte[]> intoFile = response -> response.statusCode() == 200
                ? HttpResponse.BodySubscribers.mapping(
                        HttpResponse.BodySubscribers.ofFile(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        written -> new byte[0])
                : HttpResponse.BodySubscribers.ofByteArray();
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + path)).build();
        try {
            HttpResponse<byte[]> response = http.send(request, intoFile);
            return new Answer(response.statusCode(), Bytes.owned(response.body()));
        } catch (IOException | UncheckedIOException e) {
            throw new KvClientException(
                    Outcome.NOT_APPLIED, "nothing whole came from " + server + " into " + file + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KvClientException(Outcome.NOT_APPLIED, "the request was interrupted");
        }
    }

    private static String pathOf(String key) {
        return "/kv/" + HttpUrls.encodeKey(key);
    }

    private static void expect(int status, Answer answer) {
        if (answer.status() != status) {
            String body = new String(answer.body().toArray(), StandardCharsets.UTF_8);
            throw KvClientException.answered(
                    "the server answered " + answer.status() + (body.isEmpty() ? "" : ": " + body));
        }
    }

    private Answer send(String method, String path, byte[] body, UnknownOutcome whenUnknown) {
        return send(method, path, body, whenUnknown, ATTEMPT_TIMEOUT);
    }

    private Answer send(String method, String path, byte[] body, UnknownOutcome whenUnknown, Duration longestAttempt) {
        Attempts attempts = new Attempts(longestAttempt);
        while (true) {
            URI server = attempts.next;
            String failure;
            boolean mayHaveHappened = false;
            try {
                HttpResponse<byte[]> response = exchange(server, method, path, body, attempts.allowed());
                switch (response.statusCode()) {
                    case 307 -> {
                        if (attempts.redirected(response)) {
                            continue;
                        }
                        failure = server + " redirects, too often or too late";
                    }
                    case 503 -> failure = server + " answered: " + sentenceOf(response);
                    case 504 -> {
                        failure = server + " does not know the outcome";
                        mayHaveHappened = true;
                    }
                    default -> {
                        preferred = server;
                        return new Answer(response.statusCode(), Bytes.copyOf(response.body()));
                    }
                }
            } catch (ConnectException | HttpConnectTimeoutException e) {
                failure = server + " cannot be reached";
            } catch (IOException e) {
                failure = server + " did not answer: " + reasonOf(e);
                mayHaveHappened = true;
            }
            attempts.failed(failure, mayHaveHappened && !method.equals("GET"), whenUnknown);
        }
    }

    private HttpResponse<byte[]> exchange(URI server, String method, String path, byte[] body, Duration allowed)
            throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(allowed)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .build();
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KvClientException(Outcome.UNKNOWN, "the request was interrupted");
        }
    }

    private static String sentenceOf(HttpResponse<byte[]> response) {
        try {
            return Json.readObject(response.body()).path("error").asString("" + response.statusCode());
        } catch (IllegalArgumentException e) {
            return "" + response.statusCode();
        }
    }

    private static String reasonOf(IOException failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** Where one request goes next, and for how long. */
    private final class Attempts {

        private static final int REDIRECTS_IN_A_ROW = 3;

        private final long deadline = System.nanoTime() + timeout.toNanos();
        // An attempt that is given up at once only turns "nothing happened" into "nobody knows".
        private final long leastNanos = Math.min(SHORTEST_ATTEMPT.toNanos(), timeout.toNanos() / 4);
        private URI next = preferred;
        private int redirects;
        private long pauseMillis = FIRST_PAUSE_MILLIS;
        private boolean mayHaveHappened;
        private final Duration longest;

        Attempts(Duration longest) {
            this.longest = longest;
        }

        private Duration remaining() {
            return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        }

        private Duration allowed() {
            return remaining().compareTo(longest) < 0 ? remaining() : longest;
        }

        private boolean redirected(HttpResponse<byte[]> response) {
            redirects++;
            Optional<URI> leader = response.headers().firstValue("Location").flatMap(KvClient::serverOf);
            if (leader.isEmpty()
                    || redirects > REDIRECTS_IN_A_ROW
                    || remaining().toNanos() < leastNanos) {
                return false;
            }
            next = leader.get();
            return true;
        }

        private void failed(String failure, boolean unknown, UnknownOutcome whenUnknown) {
            mayHaveHappened |= unknown;
            if (unknown && whenUnknown == UnknownOutcome.FAIL) {
                throw new KvClientException(
                        Outcome.UNKNOWN, "it is not known whether it happened, look before trying again: " + failure);
            }
            long left = deadline - System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(pauseMillis);
            if (left < leastNanos) {
                throw new KvClientException(
                        mayHaveHappened ? Outcome.UNKNOWN : Outcome.NOT_APPLIED,
                        (mayHaveHappened ? "it is not known whether it happened" : "nothing was done")
                                + ", no server could do it within " + timeout.toMillis() + " ms: " + failure);
            }
            pause();
            redirects = 0;
            int at = cluster.indexOf(next); // -1 for a leader outside of the list, after which the first is next
            next = cluster.get((at + 1) % cluster.size());
        }

        private void pause() {
            try {
                TimeUnit.MILLISECONDS.sleep(pauseMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KvClientException(
                        mayHaveHappened ? Outcome.UNKNOWN : Outcome.NOT_APPLIED, "the request was interrupted");
            }
            pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        }
    }

    private static Optional<URI> serverOf(String location) {
        try {
            return Optional.of(HttpUrls.parse("http://" + URI.create(location).getRawAuthority()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
