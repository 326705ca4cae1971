import { hash, verify, type Options } from '@node-rs/argon2';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/**
 * Argon2id is the library's default; memory in kibibytes. The least that OWASP's password storage cheat sheet
 * recommends.
 */
const cost: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hashes and checks passwords. A password counts in NFC (RFC 8265), so that one keyboard's é is another's; nothing else
 * is changed or cut.
 */
@Injectable()
export class Passwords implements OnModuleInit {
  private nobodys = '';

  async onModuleInit(): Promise<void> {
    this.nobodys = await this.hash(crypto.randomUUID());
  }

  hash(password: string): Promise<string> {
    return hash(password.normalize('NFC'), cost);
  }

  /**
   * Whether the password fits. Without a hash it never does, and finding out takes as long: nobody learns who has an
   * account.
   */
  async verify(hashed: string | undefined, password: string): Promise<boolean> {
    const fits = await verify(hashed ?? this.nobodys, password.normalize('NFC'));
    return fits && hashed !== undefined;
  }
}
