package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Applied;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.Outcome;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.RaftException;
import io.balsa.raft.RaftNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client API: turns a request into a command or a read, waits, and says what became of it.
 *
 * <p>The answers keep three promises. A success comes after the commit. 307 and 503 mean that the request had no effect
 * and never will. What cannot be known is 504 with the outcome "unknown".
 */
final class KvApi {

    private static final Logger log = LoggerFactory.getLogger(KvApi.class);

    private final RaftNode node;
    private final KvState state;
    private final Duration deadline;
    private final Redirects redirects;
    private final AdminApi admin;

    /** An API to this node; no request waits for longer than {@code deadline}. */
    KvApi(RaftNode node, KvState state, Duration deadline, Redirects redirects, AdminApi admin) {
        this.node = node;
        this.state = state;
        this.deadline = deadline;
        this.redirects = redirects;
        this.admin = admin;
    }

    Reply handle(Request request) throws IOException {
        try {
            URI target = request.target();
            if (String.valueOf(target.getRawPath()).startsWith(AdminRoute.PREFIX)) {
                return admin.handle(request);
            }
            Route route = Route.of(target);
            if (!route.knows(request.method())) {
                return Reply.error(405, "this place knows " + route.methods()).with("Allow", route.methods());
            }
            return switch (route.kind()) {
                case STATS -> Reply.json(200, Json.stats(node));
                case CAS -> write(compareAndSet(route.key(), request), target);
                case KEY -> handleKey(route.key(), request);
            };
        } catch (HttpProblem problem) {
            return problem.status() == 503
                    ? Reply.unavailable(problem.sentence())
                    : Reply.error(problem.status(), problem.sentence());
        }
    }

    private Reply handleKey(String key, Request request) throws IOException, HttpProblem {
        URI target = request.target();
        return switch (request.method()) {
            case "PUT" -> write(new KvCommand.Put(key, Bytes.owned(request.body(KvCodec.MAX_VALUE_BYTES))), target);
            case "DELETE" -> write(new KvCommand.Delete(key), target);
            default -> read(key, Freshness.of(target));
        };
    }

    private static KvCommand compareAndSet(String key, Request request) throws IOException, HttpProblem {
        byte[] json = request.body(KvCodec.MAX_VALUE_BYTES);
        try {
            return Json.readCompareAndSet(key, json);
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(400, String.valueOf(e.getMessage()));
        }
    }

    private Reply write(KvCommand command, URI target) {
        try {
            return applied(command, await(node.propose(KvCodec.encode(command))));
        } catch (ExecutionException e) {
            return writeFailed(e.getCause(), target);
        } catch (TimeoutException e) {
            return Reply.outcomeUnknown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.outcomeUnknown();
        }
    }

    private Reply writeFailed(@Nullable Throwable cause, URI target) {
        if (cause instanceof NotLeaderException notLeader) {
            return redirects.toLeader(notLeader, target);
        }
        if (cause instanceof ProposalRefusedException refused
                && refused.reason() == ProposalRefusedException.Reason.TOO_LARGE) {
            return Reply.error(413, String.valueOf(refused.getMessage()));
        }
        if (cause instanceof RaftException failure && failure.outcome() == Outcome.NOT_APPLIED) {
            return Reply.unavailable(String.valueOf(failure.getMessage()));
        }
        if (!(cause instanceof RaftException)) {
            log.warn("A proposal failed in a way that was not foreseen", cause);
        }
        return Reply.outcomeUnknown();
    }

    private static Reply applied(KvCommand command, Applied applied) {
        KvResult result = KvCodec.decodeResult(applied.result());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("index", applied.index());
        json.put("term", applied.term());
        if (command instanceof KvCommand.Delete) {
            json.put("existed", result.status() == KvResult.Status.DONE);
        }
        return switch (result.status()) {
            case DONE, ABSENT -> Reply.json(200, json);
            case MISMATCH -> Reply.json(409, Json.actual(result.value()));
            case INVALID ->
                Reply.error(400, result.value().flatMap(Bytes::asText).orElse("the command was not understood"));
        };
    }

    private Reply read(String key, Freshness freshness) {
        try {
            Optional<Bytes> value = await(node.read(freshness.policy(), freshness.minIndex(), () -> state.value(key)));
            return value.map(Reply::binary).orElseGet(() -> Reply.error(404, "there is no such key"));
        } catch (ExecutionException e) {
            // Whatever it was, a read changes nothing: it may always be tried again.
            if (!(e.getCause() instanceof RaftException)) {
                log.warn("A read failed in a way that was not foreseen", e.getCause());
            }
            return Reply.unavailable("this server cannot answer at the moment: "
                    + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        } catch (TimeoutException e) {
            return Reply.unavailable("the read could not be answered in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.unavailable("this server is stopping");
        }
    }

    private <T> T await(CompletableFuture<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
}
