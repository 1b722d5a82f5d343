// The application behind Tauri's commands: ties their channels to subscriptions. A command that is refused
// rejects with an `AppError`, as the interface promises.
import { Channel, convertFileSrc, invoke } from "@tauri-apps/api/core";
import { ahead } from "./ahead";
import { asAppError, type Backend, type Listener, type Staged, type Stop } from "./backend";
import { commands } from "./bindings";

async function done(answer: Promise<null>): Promise<void> {
  await answer;
}

/** Whether the log follows messages until they are painted. What comes before this is known is not followed. */
let followed = false;
commands.appInfo().then(
  ({ follows }) => {
    followed = follows;
  },
  () => undefined,
);

/**
 * The frame that shows what came is painted right after its callbacks, before the next task. A page that is hidden
 * paints nothing, and would keep all of these until it is seen.
 */
function tellPainted(channel: number, seq: number): void {
  if (document.visibilityState !== "visible") return;
  requestAnimationFrame(() => setTimeout(() => void commands.painted(channel, seq).catch(() => undefined)));
}

function watch<T>(open: (channel: Channel<T>) => Promise<number>, listener: Listener<T>): Stop {
  let stopped = false;
  const channel = new Channel<T>();
  let received = 0;
  channel.onmessage = (message) => {
    const seq = received++;
    if (!stopped) listener.next(message);
    if (followed) tellPainted(channel.id, seq);
  };
  const opened = open(channel);
  opened.catch((error: unknown) => {
    if (!stopped) listener.failed(asAppError(error));
  });
  return () => {
    if (stopped) return;
    stopped = true;
    // The number may still be on its way; a stream that never opened needs no end.
    opened.then((id) => commands.unwatch(id)).catch(() => undefined);
  };
}

/** The application, asked at once for what every window watches first. */
export function connect(): Backend {
  return {
    watchAccount: ahead((listener) => watch(commands.watchAccount, listener)),
    watchEncryption: (listener) => watch(commands.watchEncryption, listener),
    watchConnection: (listener) => watch(commands.watchConnection, listener),
    watchTrouble: (listener) => watch(commands.watchTrouble, listener),
    watchProxy: (listener) => watch(commands.watchProxy, listener),
    watchSettings: ahead((listener) => watch(commands.watchSettings, listener)),
    watchPolicy: ahead((listener) => watch(commands.watchPolicy, listener)),
    watchBrand: ahead((listener) => watch(commands.watchBrand, listener)),
    watchRooms: ahead((listener) => watch(commands.watchRooms, listener)),
    watchRoom: (roomId, listener) => watch((channel) => commands.watchRoom(roomId, channel), listener),
    watchTimeline: (roomId, listener) => watch((channel) => commands.watchTimeline(roomId, channel), listener),
    watchRequests: (listener) => watch(commands.watchRequests, listener),

    changeSettings: (patch) => done(commands.changeSettings(patch)),
    storageSizes: () => commands.storageSizes(),
    clearCache: () => done(commands.clearCache()),

    setDisplayName: (name) => done(commands.setDisplayName(name)),
    chooseAvatar: () => commands.chooseAvatar(),
    removeAvatar: () => done(commands.removeAvatar()),

    discover: (address) => commands.discover(address),
    signIn: (address, user, password) => done(commands.signIn(address, user, password)),
    signOut: (anyway) => done(commands.signOut(anyway)),
    enterProxy: (user, password) => done(commands.enterProxy(user, password)),
    retryKeyring: () => done(commands.retryKeyring()),
    setDataAside: () => commands.setDataAside(),

    recoveryKey: () => commands.recoveryKey(),
    recoveryKeyKept: () => done(commands.recoveryKeyKept()),
    saveRecoveryKey: () => commands.saveRecoveryKey(),
    newRecoveryKey: () => done(commands.newRecoveryKey()),
    recover: (key) => done(commands.recover(key)),

    setVisibleRooms: (ids) => done(commands.setVisibleRooms(ids)),
    acceptInvitation: (roomId) => done(commands.acceptInvitation(roomId)),
    declineInvitation: (roomId) => done(commands.declineInvitation(roomId)),

    loadOlder: (roomId, count) => commands.loadOlder(roomId, count),
    sendText: (roomId, text, replyTo) => done(commands.sendText(roomId, text, replyTo)),
    loadDraft: (roomId) => commands.loadDraft(roomId),
    saveDraft: (roomId, draft) => done(commands.saveDraft(roomId, draft)),
    chooseImages: () => commands.chooseImages(),
    // Bytes cross as they are, not as JSON: no generated command can do that. A header holds no other letters.
    stageImage: (name, bytes) => invoke<Staged>("stage_image", bytes, { headers: { name: encodeURIComponent(name) } }),
    discardStaged: (id) => done(commands.discardStaged(id)),
    sendImage: (roomId, stagedId, caption, replyTo) => done(commands.sendImage(roomId, stagedId, caption, replyTo)),
    toggleReaction: (roomId, messageId, key) => done(commands.toggleReaction(roomId, messageId, key)),
    resend: (roomId, messageId) => done(commands.resend(roomId, messageId)),
    discard: (roomId, messageId) => done(commands.discard(roomId, messageId)),
    loadQuote: (roomId, messageId) => done(commands.loadQuote(roomId, messageId)),
    markRead: (roomId) => done(commands.markRead(roomId)),
    setTyping: (roomId, typing) => done(commands.setTyping(roomId, typing)),

    setReading: (roomId) => done(commands.setReading(roomId)),
    crashNote: () => commands.crashNote(),
    dismissCrashNote: () => commands.dismissCrashNote(),

    mediaUrl: (handle) => convertFileSrc(handle, "media"),
    openLink: (url) => done(commands.openLink(url)),
    appInfo: () => commands.appInfo(),
    licences: () => commands.licences(),
  };
}
