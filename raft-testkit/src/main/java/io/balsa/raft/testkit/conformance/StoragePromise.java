package io.balsa.raft.testkit.conformance;

import io.balsa.raft.testkit.conformance.StorageUnderTest.Ability;
import java.util.List;
import java.util.Set;

/**
 * One promise that every {@link io.balsa.raft.storage.Storage} makes, and how to find out whether one keeps it.
 *
 * <p>Immutable, safe for use by several threads.
 */
public final class StoragePromise {

    private final String name;
    private final String sentence;
    private final Set<Ability> needs;
    private final Check check;

    /** Looks for evidence that a storage breaks a promise, and throws if there is any. */
    @FunctionalInterface
    interface Check {
        void on(StorageUnderTest storage) throws Exception;
    }

    /** The same, on a store that was just made and is open. */
    @FunctionalInterface
    interface CheckOfOne {
        void on(Bench bench) throws Exception;
    }

    private StoragePromise(String name, String sentence, Set<Ability> needs, Check check) {
        this.name = name;
        this.sentence = sentence;
        this.needs = needs;
        this.check = check;
    }

    static StoragePromise of(String name, String sentence, CheckOfOne check, Ability... needs) {
        return ofMany(name, sentence, storage -> Bench.use(storage, check), needs);
    }

    /** One that takes more than one store to check. */
    static StoragePromise ofMany(String name, String sentence, Check check, Ability... needs) {
        return new StoragePromise(name, sentence, Set.copyOf(List.of(needs)), check);
    }

    /** A name in few words, with hyphens between them. It stays the same in later versions. */
    public String name() {
        return name;
    }

    /** What is promised, in a sentence. */
    public String sentence() {
        return sentence;
    }

    /** What the storage under test must be able to do. */
    public Set<Ability> needs() {
        return needs;
    }

    /** Whether it can be checked on this storage. */
    public boolean canBeCheckedOn(StorageUnderTest storage) {
        return storage.abilities().containsAll(needs);
    }

    /**
     * Checks that the storage keeps this promise. Makes as many stores as it takes, one after the other, and closes them.
     * Runs on the calling thread; one promise also lets another thread read.
     *
     * @throws BrokenPromiseError if the storage does not, or throws what it should not
     * @throws IllegalArgumentException if the storage does not have the abilities that this takes
     */
    public void check(StorageUnderTest storage) {
        if (!canBeCheckedOn(storage)) {
            throw new IllegalArgumentException(
                    name + " cannot be checked: it takes " + needs + ", but there is only " + storage.abilities());
        }
        try {
            check.on(storage);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Exception | Error e) {
            throw new BrokenPromiseError(this, e);
        }
    }

    @Override
    public String toString() {
        return name + ": " + sentence;
    }
}
