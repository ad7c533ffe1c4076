package io.balsa.raft.examples.kvstore;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.Outcome;
import io.balsa.raft.RaftException;
import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators ask for: who belongs to the cluster, who leads it, snapshots.
 *
 * <p>A success comes when it is done. 409 means that it was refused, and says why; 307 and 503 mean that nothing was
 * done here; 504 that it may be done or may yet be. A change may be asked for on the condition that the membership still
 * stands at an index, {@code ?ifIndex=}, so that two operators do not work against each other.
 */
final class AdminApi {

    private static final Logger log = LoggerFactory.getLogger(AdminApi.class);

    private static final Duration LOOK_UP_EVERY = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(6); // more than a node lets a new member take
    private static final int MAX_BODY_BYTES = 16 << 10;
    private static final String IF_INDEX = "ifIndex";
    private static final long NO_INDEX = -1; // where no membership stands, so a change on that condition is refused

    private final RaftNode node;
    private final Redirects redirects;
    private final Downloads downloads;

    AdminApi(RaftNode node, Redirects redirects, Downloads downloads) {
        this.node = node;
        this.redirects = redirects;
        this.downloads = downloads;
    }

    Reply handle(Request request) throws IOException, HttpProblem {
        AdminRoute route = AdminRoute.of(request.target());
        String method = request.method();
        if (!route.kind().knows(method)) {
            String methods = route.kind().methods();
            return Reply.error(405, "this place knows " + methods).with("Allow", methods);
        }
        OptionalLong ifIndex = ifIndex(request.target(), route.kind().changesMembership(method));
        try {
            boolean reads = method.equals("GET");
            return switch (route.kind()) {
                case MEMBERS -> reads ? Reply.json(200, AdminJson.members(node)) : add(request, ifIndex);
                case SNAPSHOT -> reads ? latestSnapshot() : takeSnapshot(request);
                case EXPORT -> export(request);
                case TRANSFER -> transfer(request);
                case MEMBER, PROMOTE, DEMOTE, ADDRESS, PRIORITY -> change(request, changeOf(route, request, ifIndex));
            };
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(400, String.valueOf(e.getMessage()));
        }
    }

    /** A misspelt condition must not be taken for none. */
    private static OptionalLong ifIndex(URI target, boolean allowed) throws HttpProblem {
        String query = target.getRawQuery();
        if (query == null || query.isEmpty()) {
            return OptionalLong.empty();
        }
        String[] parts = query.split("=", 2);
        if (!allowed || !parts[0].equals(IF_INDEX)) {
            throw new HttpProblem(400, "'" + query + "' means nothing here" + (allowed ? ", only ifIndex=N does" : ""));
        }
        return OptionalLong.of(Route.number(IF_INDEX, parts.length < 2 ? "" : parts[1]));
    }

    private Reply add(Request request, OptionalLong ifIndex) throws IOException, HttpProblem {
        AdminJson.NewMember added = AdminJson.readNewMember(request.body(MAX_BODY_BYTES));
        Member member = Member.of(added.id(), HttpUrls.parse(added.address()).toString());
        MembershipChange change = MembershipChange.begin();
        if (added.replaces().isPresent()) {
            change = change.remove(NodeId.of(added.replaces().getAsLong()));
        }
        change = added.voter() ? change.addVoter(member) : change.addLearner(member);
        return change(request, conditional(change, ifIndex));
    }

    private MembershipChange changeOf(AdminRoute route, Request request, OptionalLong ifIndex)
            throws IOException, HttpProblem {
        NodeId id = NodeId.of(route.id());
        byte[] body = request.body(MAX_BODY_BYTES);
        MembershipChange begin = MembershipChange.begin();
        return switch (route.kind()) {
            case ADDRESS -> {
                URI address = HttpUrls.parse(AdminJson.readAddress(body));
                yield alter(id, ifIndex, member -> member.withAddress(address.toString()));
            }
            case PRIORITY -> {
                int priority = AdminJson.readPriority(body);
                yield alter(id, ifIndex, member -> member.withPriority(priority));
            }
            default -> {
                AdminJson.readNothing(body);
                yield conditional(
                        switch (route.kind()) {
                            case PROMOTE -> begin.promote(id);
                            case DEMOTE -> begin.demote(id);
                            default -> begin.remove(id);
                        },
                        ifIndex);
            }
        };
    }

    private static MembershipChange conditional(MembershipChange change, OptionalLong ifIndex) {
        return ifIndex.isPresent() ? change.onlyIfAt(ifIndex.getAsLong()) : change;
    }

    /** The rest of the member stays as it is: so this is always made of what is there, on the condition that it still is. */
    private MembershipChange alter(NodeId id, OptionalLong ifIndex, UnaryOperator<Member> alteration) {
        RaftStatus status = node.status();
        Member present = status.membership().member(id).orElseGet(() -> new Member(id, "unknown"));
        long seen = status.membershipIndex();
        return MembershipChange.begin()
                .alter(alteration.apply(present))
                .onlyIfAt(ifIndex.orElse(seen) == seen ? seen : NO_INDEX);
    }

    private Reply change(Request request, MembershipChange change) {
        CompletableFuture<Membership> future = node.membership().change(change);
        return await(request, future, membership -> Reply.json(200, AdminJson.changed(membership, node.status())));
    }

    private Reply transfer(Request request) throws IOException, HttpProblem {
        OptionalLong target = AdminJson.readTarget(request.body(MAX_BODY_BYTES));
        CompletableFuture<NodeId> future =
                target.isPresent() ? node.transferLeadership(target.getAsLong()) : node.transferLeadership();
        return await(request, future, leader -> Reply.json(200, Map.of("leaderId", leader.value())));
    }

    private Reply latestSnapshot() {
        Optional<SnapshotInfo> latest = node.snapshots().latest();
        return latest.map(info -> Reply.json(200, AdminJson.snapshot(info)))
                .orElseGet(() -> Reply.error(404, "there is no snapshot on this server yet"));
    }

    private Reply takeSnapshot(Request request) throws IOException, HttpProblem {
        AdminJson.readNothing(request.body(MAX_BODY_BYTES));
        return await(request, node.snapshots().trigger(), info -> Reply.json(200, AdminJson.snapshot(info)));
    }

    private Reply export(Request request) throws IOException {
        Path file = downloads.next();
        CompletableFuture<SnapshotInfo> future = node.snapshots().export(file);
        Reply reply = await(
                request,
                future,
                info -> Reply.download(file)
                        .with("Content-Disposition", "attachment; filename=\"snapshot-" + info.index() + "\""));
        if (reply.file().isEmpty()) {
            var unused = future.thenAccept(info -> delete(file)); // nobody waits for it any more
        }
        return reply;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("An exported snapshot that nobody fetched could not be deleted", e);
        }
    }

    private <T> Reply await(Request request, CompletableFuture<T> future, Function<T, Reply> done) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < LONGEST.toNanos()) {
            try {
                return done.apply(future.get(LOOK_UP_EVERY.toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                request.stillWorking();
            } catch (ExecutionException e) {
                return failed(e.getCause(), request.target());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Reply.outcomeUnknown();
            }
        }
        return Reply.outcomeUnknown();
    }

    private Reply failed(@Nullable Throwable cause, URI target) {
        if (cause instanceof ChangeRefusedException refused) {
            return Refusals.reply(refused);
        }
        if (cause instanceof NotLeaderException notLeader) {
            return redirects.toLeader(notLeader, target);
        }
        if (cause instanceof RaftException failure && failure.outcome() == Outcome.NOT_APPLIED) {
            return Reply.unavailable(String.valueOf(failure.getMessage()));
        }
        if (!(cause instanceof RaftException)) {
            log.warn("An operator's request failed in a way that was not foreseen", cause);
        }
        return Reply.outcomeUnknown();
    }
}
