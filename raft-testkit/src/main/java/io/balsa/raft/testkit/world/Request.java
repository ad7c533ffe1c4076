package io.balsa.raft.testkit.world;

import io.balsa.raft.RaftNode;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Something that an operator asks of a node.
 *
 * @param what in words
 * @param ask how
 * @param target the membership that is wanted, if it is a change of that which may succeed
 * @param exact whether what comes of it must be just that: nobody else can have changed it meanwhile
 * @param tag an address that appears nowhere else, if there is one
 * @param refusals why it may be refused, besides what may always be in the way; any reason if empty
 * @param isLegal whether it may succeed
 * @param going who is a member and would be none any more
 * @param stopsWhoGoes whether those are stopped
 */
record Request(
        String what,
        Function<RaftNode, CompletableFuture<?>> ask,
        Optional<Membership> target,
        boolean exact,
        Optional<String> tag,
        Set<ChangeRefusal> refusals,
        boolean isLegal,
        SortedSet<NodeId> going,
        boolean stopsWhoGoes) {

    /** Something that may succeed, and changes no membership. */
    static Request plain(String what, Function<RaftNode, CompletableFuture<?>> ask) {
        return new Request(
                what, ask, Optional.empty(), false, Optional.empty(), Set.of(), true, new TreeSet<>(), false);
    }

    /** Something that must be refused, for one of these reasons or because something else is in the way. */
    static Request illegal(String what, Set<ChangeRefusal> refusals, Function<RaftNode, CompletableFuture<?>> ask) {
        return new Request(
                what, ask, Optional.empty(), false, Optional.empty(), refusals, false, new TreeSet<>(), false);
    }

    /** The same, with an address that must never appear. */
    Request tagged(String address) {
        return new Request(what, ask, target, exact, Optional.of(address), refusals, isLegal, going, stopsWhoGoes);
    }

    /** Whether this server would be no member any more. */
    boolean removes(NodeId id) {
        return going.contains(id);
    }
}
