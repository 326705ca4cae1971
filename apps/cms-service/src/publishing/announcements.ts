import { contentPublished, contentUnpublished, contentUpdated } from '@mediamesh/contracts';
import type { Outbox } from '@mediamesh/outbox';
import type { EntityManager } from '@mediamesh/postgres';
import type { ChangedRow, PublicRow } from './public-documents.repository.js';

/**
 * Says what changed for the public: shown anew, shown otherwise, or gone. What was and stays hidden is nobody's
 * business.
 */
export async function announce(outbox: Outbox, tx: EntityManager, rows: readonly ChangedRow[]): Promise<void> {
  const shown = rows.flatMap(({ visible, document, revision, wasVisible }) =>
    visible && document ? [{ document: { ...document, revision }, wasVisible }] : [],
  );
  await outbox.appendMany(
    tx,
    contentPublished,
    shown.filter(({ wasVisible }) => !wasVisible),
  );
  await outbox.appendMany(
    tx,
    contentUpdated,
    shown.filter(({ wasVisible }) => wasVisible),
  );
  const gone = rows.filter(({ visible, wasVisible }) => wasVisible && !visible);
  await outbox.appendMany(
    tx,
    contentUnpublished,
    gone.map(({ id, kind, programId, revision }) => ({ id, kind, programId, revision })),
  );
}

/**
 * Says once more what is and what is no more, for who has lost it or never heard it. Nothing became public and nothing
 * changed, so nobody is told that it did: a row is announced as it is, with the revision it has. Who holds that
 * revision or a higher one changes nothing, also where a publication in between was announced before.
 */
export const announceAgain = (outbox: Outbox, tx: EntityManager, rows: readonly PublicRow[]): Promise<void> =>
  announce(
    outbox,
    tx,
    rows.map((row) => ({ ...row, wasVisible: true })),
  );
