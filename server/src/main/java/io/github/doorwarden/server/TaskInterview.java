package io.github.doorwarden.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/// Questions of a task: they stand in the store until the client, which finds them by polling, answers by
/// `tasks/update` (extension `io.modelcontextprotocol/tasks`, Task Update Requests). The handler waits; questions of
/// several threads may be open at once. What was answered before the task began, or before a restart, is at hand.
final class TaskInterview implements Interview {

    private final TaskRun task;
    private final Duration patience;
    private final Map<String, JsonNode> answers = new ConcurrentHashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition looked = lock.newCondition();

    /// @param answers  by the keys of the questions
    /// @param patience how long a question waits for its answer
    TaskInterview(TaskRun task, Map<String, JsonNode> answers, Duration patience) {
        this.task = task;
        this.answers.putAll(answers);
        this.patience = patience;
    }

    @Override
    public void ask(Call call, Map<String, ? extends Question<?>> questions) throws InterruptedException {
        var open = new LinkedHashMap<String, String>();
        for (var each : questions.entrySet()) {
            if (!answers.containsKey(each.getKey())) {
                Interview.askable(this, call.exchange(), each.getValue());
                open.put(each.getKey(), TaskView.request(call.exchange(), each.getValue()));
            }
        }
        if (open.isEmpty()) {
            return;
        }
        bounded(open.keySet());
        call.deadlineClock().pause(patience.plus(Limits.TASK_TEND));        // so that patience ends first
        try {
            if (!task.ask(open)) {
                throw new InterruptedException("The task has ended.");
            }
            await(open.keySet());
        } finally {
            call.deadlineClock().resume();
        }
    }

    private void bounded(Set<String> keys) {
        synchronized (asked) {
            asked.addAll(keys);
            if (asked.size() > Limits.TASK_QUESTIONS) {
                throw new IllegalStateException("The tool asks more than " + Limits.TASK_QUESTIONS
                        + " questions in one task.");
            }
        }
    }

    private void await(Set<String> keys) throws InterruptedException {
        var end = System.nanoTime() + patience.toNanos();
        lock.lockInterruptibly();
        try {
            look();
            while (!answers.keySet().containsAll(keys)) {
                var left = end - System.nanoTime();
                if (left <= 0) {
                    task.withdraw();
                    throw new LiveInterview.Unanswered("Nobody answered the questions of this task within "
                            + patience.toMinutes() + " minutes, so it was given up. Begin again when somebody is "
                            + "there to answer.");
                }
                looked.awaitNanos(Math.min(left, Limits.TASK_LOOK.toNanos()));
                look();
            }
        } finally {
            lock.unlock();
        }
    }

    private void look() {
        task.answers().forEach((name, answer) -> answers.putIfAbsent(name, RequestStates.JSON.readTree(answer)));
    }

    /// To be told when answers have come.
    void answered() {
        lock.lock();
        try {
            looked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Answers were judged when they came ([Tasks#update]), so this is one that a question has changed under.
    @Override
    public RuntimeException unusable(String key, String why) {
        return new LiveInterview.Unanswered(why);
    }

    @Override
    public JsonNode answer(String key) {
        return answers.get(key);
    }

    @Override
    public boolean canAsk(Exchange exchange, Question<?> question) {
        return question.answerableBy(exchange.capabilities()) && question.in(exchange.revision());
    }
}
