package io.balsa.raft.testkit.linearizability;

import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.linearizability.RegisterModel.Cas;
import io.balsa.raft.testkit.linearizability.RegisterModel.Delete;
import io.balsa.raft.testkit.linearizability.RegisterModel.Get;
import io.balsa.raft.testkit.linearizability.RegisterModel.Input;
import io.balsa.raft.testkit.linearizability.RegisterModel.Output;
import io.balsa.raft.testkit.linearizability.RegisterModel.Put;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Clients of registers that are linearizable: each operation takes effect at one instant between its invocation and its
 * return, or, if its outcome stays unknown, at one after its invocation, or never.
 */
final class AtomicRegisters {

    private final Draws draws;
    private final Shape shape;
    private final Store store = new Store();
    private final List<Client> clients = new ArrayList<>();
    private final List<Input> late = new ArrayList<>();
    private final List<Operation<Input, Output>> history = new ArrayList<>();
    private long now;
    private long written;

    /**
     * What the clients are like.
     *
     * @param values how many different ones are written; none is written twice if that is 0
     * @param lost the probability that nobody learns what became of an operation
     */
    record Shape(int clients, int keys, int values, double lost) {}

    private static final class Client {
        private final String name;
        private Optional<Input> asked = Optional.empty();
        private Optional<Output> answer = Optional.empty();
        private long begin;

        Client(String name) {
            this.name = name;
        }
    }

    AtomicRegisters(Draws draws, Shape shape) {
        this.draws = draws;
        this.shape = shape;
        for (int i = 0; i < shape.clients; i++) {
            clients.add(new Client("c" + i));
        }
    }

    /** So many operations that have returned or are lost, and those still under way, of which nobody learns more. */
    List<Operation<Input, Output>> run(int operations) {
        while (history.size() < operations) {
            now++;
            if (!late.isEmpty() && draws.chance(0.02)) {
                var unused = store.apply(late.remove(draws.nextInt(late.size())));
            }
            act(clients.get(draws.nextInt(clients.size())));
        }
        for (Client client : clients) {
            if (client.asked.isPresent()) {
                client.answer = Optional.empty();
                end(client, Operation.NEVER);
            }
        }
        return history;
    }

    private void act(Client client) {
        if (client.asked.isEmpty()) {
            client.asked = Optional.of(ask());
            client.begin = now;
        } else if (client.answer.isPresent()) {
            end(client, now);
        } else if (draws.chance(shape.lost)) {
            if (draws.nextBoolean()) {
                late.add(client.asked.get());
            }
            end(client, Operation.NEVER);
        } else {
            client.answer = Optional.of(store.apply(client.asked.get()));
        }
    }

    private void end(Client client, long end) {
        history.add(new Operation<>(
                client.name, client.asked.orElseThrow(), client.answer, client.begin, end, client.begin, end));
        client.asked = Optional.empty();
        client.answer = Optional.empty();
    }

    private Input ask() {
        String key = "k" + draws.nextInt(shape.keys);
        return switch (draws.nextInt(8)) {
            case 0 -> new Delete(key);
            case 1 -> new Cas(key, draws.nextBoolean() ? store.read(key) : Optional.empty(), Optional.of(value()));
            case 2, 3 -> new Put(key, value());
            default -> new Get(key);
        };
    }

    private String value() {
        return "v" + (shape.values == 0 ? ++written : draws.nextInt(shape.values));
    }
}
